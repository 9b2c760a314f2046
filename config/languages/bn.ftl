# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = আপনার জন্য কিছু অপেক্ষা করছে
notice-sentence = আপনার জন্য কিছু অপেক্ষা করছে। দেখতে অনুগ্রহ করে সাইন ইন করুন।
notice-footer = এই বার্তায় ইচ্ছা করেই এর বেশি কিছু লেখা হয়নি। অনুগ্রহ করে এর উত্তর দেবেন না।
code-subject = আপনার কোড
code-sentence = কেউ, সম্ভবত আপনি, বার্তা পাওয়ার জন্য এই ঠিকানা দিয়েছেন। এটি নিশ্চিত করার কোড:
code-footer = আপনি না হলে কিছু করবেন না: কোড ছাড়া এখানে কোনো বার্তা আসবে না।
