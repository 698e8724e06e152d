"""x"""
from dataclasses import dataclass
import printed
from abacus.launch import launch
from abacus.settings import at_least
@dataclass
class Config:
    points: int = at_least(2)  # x
def look(cfg: Config, job):
    """x"""
    return {}
if __name__ == "__main__":
    launch(look, printed.examples, printed.airline)
