"""From a meaning to a text: the catalogue of messages, what is due to a customer, a mail as it goes out."""
