# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = ඔබ සඳහා යමක් බලා සිටී
notice-sentence = ඔබ සඳහා යමක් බලා සිටී. එය බැලීමට කරුණාකර පුරනය වන්න.
notice-footer = මෙම පණිවිඩයේ හිතාමතාම මීට වඩා කිසිවක් ලියා නැත. කරුණාකර මෙයට පිළිතුරු එවන්න එපා.
code-subject = ඔබේ කේතය
code-sentence = යම් අයෙක්, බොහෝ විට ඔබ, පණිවිඩ ලැබීමට මෙම ලිපිනය ලබා දී ඇත. එය තහවුරු කරන කේතය මෙයයි:
code-footer = එය ඔබ නොවේ නම් කිසිවක් නොකරන්න: කේතය නොමැතිව මෙහි කිසිදු පණිවිඩයක් නොඑයි.
