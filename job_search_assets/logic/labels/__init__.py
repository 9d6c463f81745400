"""Votes to labels: which votes count, what the labellers' reliability is, what each user's votes then say."""
