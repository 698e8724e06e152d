"""How a learning rate falls from pass to pass: each takes the pass, the highest rate and how many passes there are."""

from abacus.optim.schedule import cosine, step_decay

SCHEDULES = {
    "constant": lambda epoch, rate, passes: rate,
    "linear": lambda epoch, rate, passes: rate * (1 - epoch / passes),
    "steps": lambda epoch, rate, passes: step_decay(epoch, rate, max(1, passes // 4), 0.3),
    "cosine": lambda epoch, rate, passes: cosine(epoch, rate, passes),
    "warm cosine": lambda epoch, rate, passes: cosine(epoch, rate, passes, warm=passes // 10),
}
