"""The format of a mail (MIME): header words, text and files made of any bytes."""
