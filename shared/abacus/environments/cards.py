"""Blackjack as Gymnasium has it; as a table; and arms with unknown means."""

import numpy as np

from abacus.environments.finite import Finite
from abacus.environments.spaces import Box, Discrete, MultiDiscrete

DECK = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10])
CHANCES = np.array([0] + [1 / 13] * 9 + [4 / 13])  # of the cards 0 (there is none), 1 (the ace) to 10


class Blackjack:
    """Gymnasium's Blackjack-v1: 0 sticks, 1 hits, an endless deck, the dealer hits below 17; +1, 0 or −1 at the end. A
    natural (an ace and a ten at once) wins, unless the dealer has one too (Sutton & Barto 2018, Example 5.1).

    An observation is (sum, the dealer's card, whether an ace counts 11). The state is (sum with aces as 1, has an ace, the
    dealer's two cards, how many cards were hit).
    """

    observation_space, action_space, limit = MultiDiscrete((32, 11, 2)), Discrete(2), None
    shape, dtype = (5,), np.dtype(np.int64)

    def start(self, rng):
        """Two cards for the dealer, then two for the player; what Gymnasium draws for its picture is drawn too."""
        dealer, player = DECK[rng.integers(13, size=2)], DECK[rng.integers(13, size=2)]
        rng.integers(4)  # the suit of the card that is shown
        if dealer[0] == 10:
            rng.integers(3)  # jack, queen or king
        return player.sum(), (player == 1).any(), *dealer, 0

    def advance(self, states, actions, rngs):
        """Hit: one card. Stick: the dealer plays on."""
        rewards, over = np.zeros(len(states)), np.zeros(len(states), bool)
        for i, rng in enumerate(rngs):
            if actions[i]:
                card = DECK[rng.integers(13)]
                states[i, 0] += card
                states[i, 1] |= card == 1
                states[i, 4] += 1
                over[i] = states[i, 0] > 21
                rewards[i] = -float(over[i])
            else:
                mine, theirs = self.observe(states[i : i + 1])[0, 0], _dealer(list(states[i, 2:4]), rng)
                natural = mine == 21 and states[i, 4] == 0 and sorted(states[i, 2:4]) != [1, 10]
                over[i], rewards[i] = True, 1 if natural else np.sign(mine - theirs)
        return rewards, over

    def observe(self, states):
        """(n, 3)."""
        usable = (states[:, 1] == 1) & (states[:, 0] + 10 <= 21)
        return np.stack([states[:, 0] + 10 * usable, states[:, 2], usable], axis=1)


def _dealer(cards, rng):
    """The dealer's sum, 0 above 21."""
    while True:
        total = sum(cards)
        total += 10 * (1 in cards and total + 10 <= 21)
        if total >= 17:
            return total if total <= 21 else 0
        cards.append(DECK[rng.integers(13)])


def _add(total, ace, card):
    """(sum, whether an ace counts 11) after one more card; the sum is above 21 where the hand is lost."""
    total, ace = (total + 11, True) if card == 1 and total + 11 <= 21 else (total + card, ace)
    return (total - 10, False) if total > 21 and ace else (total, ace)


def dealer_sums():
    """P(the dealer ends with 17, ..., 21, more | shown card 1 .. 10), as (11, 6); row 0 is empty. Exact."""
    memory = {}

    def ends(total, ace):
        if total >= 17:
            return np.eye(6)[min(total, 22) - 17]
        if (total, ace) not in memory:
            memory[total, ace] = sum(CHANCES[card] * ends(*_add(total, ace, card)) for card in range(1, 11))
        return memory[total, ace]

    return np.array([np.zeros(6)] + [ends(*_add(0, False, card)) for card in range(1, 11)])


def blackjack_state(total, dealer, ace):
    """The number of a state of `blackjack`: sum 4 .. 21, dealer's card 1 .. 10, ace or not."""
    return (total * 11 + dealer) * 2 + int(ace)


def blackjack():
    """The game without the rule about naturals, as a table: a state is (sum, dealer's card, ace) in the numbers of
    `blackjack_state`; 0 sticks, 1 hits."""
    outcomes, sums, lost = {}, dealer_sums(), 0
    for total in range(4, 22):
        for dealer in range(1, 11):
            for ace in (False, True):
                s = blackjack_state(total, dealer, ace)
                wins = sums[dealer, 5] + sums[dealer, : max(total - 17, 0)].sum()
                ties = sums[dealer, total - 17] if total >= 17 else 0.0
                last = [(wins, lost, 1.0, True), (ties, lost, 0.0, True), (max(1 - wins - ties, 0.0), lost, -1.0, True)]
                found = []
                for card in range(1, 11):
                    after, usable = _add(total, ace, card)
                    bust = after > 21
                    s2 = lost if bust else blackjack_state(after, dealer, usable)
                    found.append((CHANCES[card], s2, -1.0 if bust else 0.0, bust))
                outcomes[s, 0], outcomes[s, 1] = last, found
    start = np.zeros(22 * 11 * 2)
    for one in range(1, 11):
        for two in range(1, 11):
            total, ace = _add(*_add(0, False, one), two)
            for dealer in range(1, 11):
                start[blackjack_state(total, dealer, ace)] += CHANCES[one] * CHANCES[two] * CHANCES[dealer]
    return Finite.of(outcomes, states=len(start), actions=2, start=start, names=("stick", "hit"))


class Bandit:
    """k arms: each episode draws means N(0, 1); an arm's reward is N(its mean, 1); an episode has `limit` pulls."""

    dtype = np.dtype(np.float64)

    def __init__(self, arms=10, limit=1000):
        self.observation_space, self.action_space = Box(np.zeros(1), np.zeros(1)), Discrete(arms)
        self.shape, self.limit = (arms,), limit

    def start(self, rng):
        """The arms' means."""
        return rng.standard_normal(self.shape)

    def advance(self, states, actions, rngs):
        """One pull of every copy."""
        noise = np.array([rng.standard_normal() for rng in rngs])
        return states[np.arange(len(states)), actions] + noise, np.zeros(len(states), bool)

    def observe(self, states):
        """Nothing: 0."""
        return np.zeros((len(states), 1), np.float32)
