# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = आपके लिए कुछ प्रतीक्षा में है
notice-sentence = आपके लिए कुछ प्रतीक्षा में है। देखने के लिए कृपया साइन इन करें।
notice-footer = इस संदेश में जानबूझकर इससे अधिक कुछ नहीं लिखा गया है। कृपया इसका उत्तर न दें।
code-subject = आपका कोड
code-sentence = किसी ने, संभवतः आपने, संदेश पाने के लिए यह पता दिया है। इसकी पुष्टि करने का कोड:
code-footer = यदि यह आपने नहीं किया, तो कुछ न करें: कोड के बिना यहाँ कोई संदेश नहीं आएगा।
