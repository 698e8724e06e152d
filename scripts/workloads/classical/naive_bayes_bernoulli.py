"""Bernoulli naive Bayes on MNIST in float32, pixels above 0: learn from 60 000 digits, classify 10 000; the accuracy."""

from workloads.estimators import accuracy, peers

PEERS = peers(accuracy, "naive_bayes/counts.BernoulliNB", "sklearn.naive_bayes.BernoulliNB")
