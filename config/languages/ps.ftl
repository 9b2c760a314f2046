# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = ستاسو لپاره یو څه په تمه دي
notice-sentence = ستاسو لپاره یو څه په تمه دي. د لیدلو لپاره مهرباني وکړئ ننوځئ.
notice-footer = په دې پیغام کې په قصدي ډول له دې زیات څه نه دي لیکل شوي. مهرباني وکړئ ځواب مه ورکوئ.
code-subject = ستاسو کوډ
code-sentence = چا، ښايي تاسو، د پیغامونو لپاره دا پته ورکړې ده. د تایید کوډ یې دا دی:
code-footer = که دا تاسو نه یاست، هېڅ مه کوئ: له کوډ پرته دلته هېڅ پیغام نه راځي.
