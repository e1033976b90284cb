"""The languages of pages and mails: which one is spoken now, and how texts, figures and dates are said in it."""
