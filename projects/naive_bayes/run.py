"""Naive Bayes: problems of known error (Breiman), sentences (Wang & Manning 2012), spam (Almeida 2011, Metsis 2006)."""

import breiman
import mail
import sentences
import sms
from abacus.launch import launch

if __name__ == "__main__":
    launch(breiman.best, breiman.learnt, sentences.accuracies, sms.caught, mail.recalls)
