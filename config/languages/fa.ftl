# Not yet read by a native speaker.
# Notices to people who work on cases. No names, no countries, no words of a case.
notice-subject = چیزی منتظر شماست
notice-sentence = چیزی منتظر شماست. برای دیدن آن لطفاً وارد شوید.
notice-footer = در این پیام عمداً بیش از این نوشته نشده است. لطفاً به آن پاسخ ندهید.
code-subject = کُد شما
code-sentence = کسی، به احتمال زیاد خود شما، این نشانی را برای پیام‌ها داده است. کُد تأیید آن این است:
code-footer = اگر شما نبودید، کاری نکنید: بدون کُد هیچ پیامی به اینجا نمی‌آید.
