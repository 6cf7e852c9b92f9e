"""One module for each subject a person or a program asks about."""
