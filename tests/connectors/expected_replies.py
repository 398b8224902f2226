"""Where the replies of others begin and end, each read by eye: file, first words, last words, lines."""

LATIN = ("Fusce bibendum, quam hendrer", "varius aliquet nec nec nibh.", 5)
"""Most are made of the same five lines."""
EXPECTED: dict[str, tuple[str, str, int]] = {
    "correct_sig.txt": ("this is an email with a corr", "with a correct -- signature.", 1),
    "email_1.txt": ("Hi folks", "-Abhishek Kona", 7),
    "email_19.txt": ("On Thursday, I get proper re", "day, I get proper rendering.", 1),
    "email_2.txt": ("Hi,", 'lete them all individually."', 27),
    "email_20.txt": ("On Thursday.", "On Thursday.", 1),
    "email_21.txt": ("On Thursday:", " mollit anim id est laborum.", 638),
    "email_2_1.txt": ("Outlook with a reply", "Outlook with a reply", 1),
    "email_3.txt": ("Oh thanks.", "-Abhishek Kona", 5),
    "email_4.txt": ("Awesome! I haven't had anoth", "had another problem with it.", 1),
    "email_5.txt": ("One: Here's what I've got.", "for a while.", 15),
    "email_6.txt": ("I get proper rendering as we", " magnificent torch of pixels", 3),
    "email_blackberry.txt": ("Here is another email", "Here is another email", 1),
    "email_bullets.txt": ("test 2 this should list seco", "- and another", 8),
    "email_custom_quote_header.txt": ("Thank you!", "Thank you!", 1),
    "email_customer_quote_header_2.txt": ("Thank you very much.", "Thank you very much.", 1),
    "email_customer_quote_header_3.txt": ("bonjour,", "merci d'avance", 3),
    "email_emoji.txt": ("🎉", "🎉", 1),
    "email_iphone.txt": ("Here is another email", "Here is another email", 1),
    "email_multi_word_sent_from_my_mobile_device.txt": ("Here is another email", "Here is another email", 1),
    "email_not_a_signature.txt": ("Dear XXXXX:", "Super Domain Name Manager", 16),
    "email_not_a_signature_2.txt": ("Hello,", "Thanks!", 10),
    "email_one_is_not_on.txt": ("Thank, this is really helpfu", " development), when I run...", 5),
    "email_reply_header.txt": ("This is the latest reply.", "Stranger", 11),
    "email_sent_from.txt": ("Hi it can happen to any text", "between words or paragraphs.", 1),
    "email_sent_from_my_not_signature.txt": ("Here is another email", "easier then my mobile phone.", 3),
    "email_thread.txt": ("This is new email reply in t", "reply in thread from bellow.", 1),
    "email_tricky_11_double_signature.txt": ("Thanks for your help!", "John", 4),
    "email_tricky_13_timestamp_variations.txt": (
        "Here are different timestamp",
        " content, not quote headers.",
        9,
    ),
    "email_tricky_16_unicode_signatures.txt": ("Thanks for the update!", "Sarah", 4),
    "email_tricky_17_forward_header.txt": ("See the forwarded message be", "the forwarded message below.", 1),
    "email_tricky_18_inline_reply.txt": ("I think option A is great.", "t suitable for our use case.", 5),
    "email_tricky_19_quote_without_header.txt": ("I wanted to respond to your ", "And my final thoughts.", 5),
    "email_tricky_1_on_false_positive.txt": (
        "On the surface, this looks l",
        "n that performance is great.",
        6,
    ),
    "email_tricky_20_html_entities.txt": ("The data should be &gt; 100 ", "mbols are handled correctly.", 3),
    "email_tricky_2_url_with_wrote.txt": ("Hi there,", "John", 8),
    "email_tricky_3_code_block.txt": ("Here's the code that's causi", "tected as actual signatures.", 12),
    "email_tricky_4_from_in_body.txt": ("I need to parse emails that ", " the actual message content.", 5),
    "email_tricky_6_regards_in_sentence.txt": (
        "I wanted to discuss the issu",
        "tent that should be visible.",
        7,
    ),
    "email_tricky_7_multiple_dashes.txt": ("Here is my analysis:", "st separators in my content.", 15),
    "email_tricky_8_sent_from_in_content.txt": (
        "The notification was sent fr",
        "e sent from the main server.",
        5,
    ),
    "email_tricky_9_nested_quotes.txt": ("I agree with the points belo", "agree with the points below.", 1),
    "email_unquoted_reply.txt": ("This is my reply.", "This is my reply.", 1),
    "email_with_date_headers.txt": ("Thank you very much.", "Thank you very much.", 1),
    "email_with_from_headers.txt": ("[FROM]", "y email is <foo@example.com>", 3),
    "email_with_regards.txt": ("Hi,", "CEO @ Acme !", 10),
    "email_zoho.txt": ("What is the best way to clea", "running a test?", 2),
    "sig_no_empty_line.txt": ("this is an email with a sign", "re with no empty line above.", 1),
}
OF_LATIN = """
email_10.txt email_11.txt email_12.txt email_13.txt email_14.txt email_15.txt email_16.txt email_17.txt
email_18.txt email_22.txt email_23.txt email_24.txt email_25.txt email_26.txt email_7.txt email_8.txt
email_9.txt email_danish_dash_separator.txt email_en_multiline_2.txt email_finnish.txt
email_fr_multiline.txt email_french_2.txt email_french_dash_separator.txt email_german.txt
email_german_2.txt email_german_3.txt email_german_outlook.txt email_gmail_split_line_from.txt
email_ios_outlook.txt email_ios_outlook_fr.txt email_italian.txt email_msn.txt email_norwegian_gmail.txt
email_original_message.txt email_original_message_2.txt email_outlook_split_line_from.txt
email_portuguese.txt email_russian.txt email_tricky_10_special_chars_in_name.txt
email_tricky_12_no_space_after_header.txt email_tricky_14_long_quote_header.txt
email_tricky_15_original_message_variations.txt email_tricky_5_mixed_languages.txt
""".split()
