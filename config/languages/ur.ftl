# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = آپ کے لیے کچھ منتظر ہے
notice-sentence = آپ کے لیے کچھ منتظر ہے۔ دیکھنے کے لیے براہ کرم سائن اِن کریں۔
notice-footer = اس پیغام میں جان بوجھ کر اس سے زیادہ کچھ نہیں لکھا گیا۔ براہ کرم اس کا جواب نہ دیں۔
code-subject = آپ کا کوڈ
code-sentence = کسی نے، غالباً آپ نے، پیغامات کے لیے یہ پتا دیا ہے۔ اس کی تصدیق کا کوڈ یہ ہے:
code-footer = اگر یہ آپ نہیں تھے تو کچھ نہ کریں: کوڈ کے بغیر یہاں کوئی پیغام نہیں آئے گا۔
