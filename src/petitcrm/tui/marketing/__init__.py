"""The screens of marketing: lists, segments, campaigns, sequences."""
