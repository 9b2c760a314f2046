# English: what every other language falls back to.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = Something waits for you
notice-sentence = Something waits for you. Please sign in to see it.
notice-footer = This message says no more on purpose. Please do not reply to it.
code-subject = Your code
code-sentence = Somebody, most likely you, gave this address for messages. This is the code that confirms it:
code-footer = If it was not you, do nothing: without the code no messages come here.
