# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = तपाईंका लागि केही कुरा पर्खिरहेको छ
notice-sentence = तपाईंका लागि केही कुरा पर्खिरहेको छ। हेर्न कृपया साइन इन गर्नुहोस्।
notice-footer = यस सन्देशमा जानाजान यसभन्दा बढी केही लेखिएको छैन। कृपया यसको जवाफ नदिनुहोस्।
code-subject = तपाईंको कोड
code-sentence = कसैले, सम्भवतः तपाईंले, सन्देश पाउनका लागि यो ठेगाना दिनुभएको छ। यसलाई पुष्टि गर्ने कोड:
code-footer = तपाईं होइन भने केही नगर्नुहोस्: कोडबिना यहाँ कुनै सन्देश आउँदैन।
