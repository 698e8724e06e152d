"""One step of the classic control tasks, compiled: the equations and constants of Gymnasium, in its order of operations.

Nothing is checked here (see abacus.kernels): states (n, ...) float64 are moved in place, actions are in range. No fast-math:
the trajectories are Gymnasium's, to the bit where its own arithmetic is float64.
"""

import math

import numpy as np

from abacus.kernels import EXACT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**EXACT)

TWELVE_DEGREES = 12 * 2 * math.pi / 360


@_jit
def cart_pole(states, actions, rewards, terminated):
    """states: position, speed, angle, its speed; actions 0 (left) and 1 (right); +1 a step (Barto, Sutton & Anderson 1983)."""
    for i in range(len(states)):
        x, dx, angle, spin = states[i]
        force = 10.0 if actions[i] == 1 else -10.0
        cosine, sine = math.cos(angle), math.sin(angle)
        push = (force + 0.05 * (spin * spin) * sine) / 1.1
        dspin = (9.8 * sine - cosine * push) / (0.5 * (4.0 / 3.0 - 0.1 * (cosine * cosine) / 1.1))
        ddx = push - 0.05 * dspin * cosine / 1.1
        states[i, 0], states[i, 1] = x + 0.02 * dx, dx + 0.02 * ddx
        states[i, 2], states[i, 3] = angle + 0.02 * spin, spin + 0.02 * dspin
        rewards[i] = 1.0
        terminated[i] = abs(states[i, 0]) > 2.4 or abs(states[i, 2]) > TWELVE_DEGREES


@_jit
def climb(position, speed, action):
    """(position, speed) of the mountain car after one step; actions 0 (back), 1 (nothing), 2 (forward)."""
    speed += (action - 1) * 0.001 + math.cos(3 * position) * -0.0025
    speed = min(max(speed, -0.07), 0.07)
    position = min(max(position + speed, -1.2), 0.6)
    return position, 0.0 if position == -1.2 and speed < 0 else speed


@_jit
def mountain_car(states, actions, rewards, terminated):
    """states: position, speed; −1 a step until the position is 0.5 (Moore 1990)."""
    for i in range(len(states)):
        states[i, 0], states[i, 1] = climb(states[i, 0], states[i, 1], actions[i])
        rewards[i] = -1.0
        terminated[i] = states[i, 0] >= 0.5 and states[i, 1] >= 0


@_jit
def _swing(one, two, speed1, speed2, torque):
    """Accelerations of the two joints: Sutton & Barto's equations ("book"), masses and lengths 1, centres 1/2."""
    d1 = 0.25 + (1.0 + 0.25 + 2 * 0.5 * math.cos(two)) + 1.0 + 1.0
    d2 = 0.25 + 0.5 * math.cos(two) + 1.0
    phi2 = 0.5 * 9.8 * math.cos(one + two - math.pi / 2.0)
    phi1 = (
        -0.5 * (speed2 * speed2) * math.sin(two)
        - 2 * 0.5 * speed2 * speed1 * math.sin(two)
        + 1.5 * 9.8 * math.cos(one - math.pi / 2)
        + phi2
    )
    second = (torque + d2 / d1 * phi1 - 0.5 * (speed1 * speed1) * math.sin(two) - phi2) / (0.25 + 1.0 - d2 * d2 / d1)
    return -(d2 * second + phi1) / d1, second


@_jit
def _slope(state, torque, slope):
    slope[0], slope[1] = state[2], state[3]
    slope[2], slope[3] = _swing(state[0], state[1], state[2], state[3], torque)


@_jit
def _wrapped(angle):
    while angle > math.pi:
        angle -= 2 * math.pi
    while angle < -math.pi:
        angle += 2 * math.pi
    return angle


@_jit
def acrobot(states, actions, rewards, terminated):
    """states: two angles, their speeds; actions are torques −1, 0, 1 at the elbow; one Runge-Kutta step of 0.2 s; −1 a step
    until the tip is one length above the joint (Sutton 1996)."""
    k, place = np.empty((4, 4)), np.empty(4)
    for i in range(len(states)):
        torque = actions[i] - 1.0
        _slope(states[i], torque, k[0])
        for j in range(1, 4):
            step = 0.1 if j < 3 else 0.2
            for m in range(4):
                place[m] = states[i, m] + step * k[j - 1, m]
            _slope(place, torque, k[j])
        for m in range(4):
            states[i, m] += 0.2 / 6.0 * (k[0, m] + 2 * k[1, m] + 2 * k[2, m] + k[3, m])
        states[i, 0], states[i, 1] = _wrapped(states[i, 0]), _wrapped(states[i, 1])
        states[i, 2] = min(max(states[i, 2], -4 * math.pi), 4 * math.pi)
        states[i, 3] = min(max(states[i, 3], -9 * math.pi), 9 * math.pi)
        terminated[i] = -math.cos(states[i, 0]) - math.cos(states[i, 1] + states[i, 0]) > 1.0
        rewards[i] = 0.0 if terminated[i] else -1.0


@_jit
def pendulum(states, actions, rewards, terminated):
    """states: angle (0 is up), its speed; actions (n, 1): a torque, cut to ±2; the reward is minus a cost; it never ends."""
    for i in range(len(states)):
        angle, spin = states[i]
        torque = np.float32(min(max(actions[i, 0], -2.0), 2.0))  # its products are of float32, as there
        up = (angle + math.pi) % (2 * math.pi) - math.pi
        rewards[i] = -(up * up + 0.1 * (spin * spin) + np.float64(np.float32(0.001) * (torque * torque)))
        spin = spin + (15.0 * math.sin(angle) + np.float64(np.float32(3.0) * torque)) * 0.05
        spin = min(max(spin, -8.0), 8.0)
        states[i, 0], states[i, 1] = angle + spin * 0.05, spin
        terminated[i] = False
