"""What the shopping list costs, and how the price of a thing changes over the weeks."""

from statistics import mean

PRICES = {
    "flour": [0.89, 0.95, 0.92],
    "milk": [1.19, 1.15, 1.25],
    "egg": [0.29, 0.31, 0.35],
}


def change(prices: list[float]) -> float:
    """The last price against the mean of those before it."""
    *earlier, last = prices
    return last / mean(earlier) - 1


for name, prices in PRICES.items():
    print(f"{name}: {prices[-1]:.2f} ({change(prices):+.1%})")
