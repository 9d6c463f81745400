"""The model that matters: features of users, candidates, the choice, the verdict on it, and predictions."""
