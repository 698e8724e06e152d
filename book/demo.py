"""The demonstration that runs in a page: LeNet-5 of projects/lenet/results/demo.json reads what is drawn with the mouse."""


def pages(edition):
    """{address: page}; nothing where the weights have not been made."""
    return {}
