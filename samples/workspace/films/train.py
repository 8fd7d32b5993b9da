"""Trains next-film.onnx, a small recommender, and writes next-film.inputs.json.

    python -m venv .venv && .venv/bin/pip install torch==2.13.0 onnx
    .venv/bin/python train.py [--fixture FILE]

The model is like SASRec (Kang & McAuley, "Self-Attentive Sequential Recommendation", 2018): the films that somebody has
seen are a sequence; causal self-attention over film and position embeddings says which comes next, by the same
embeddings. Catalogue and viewers are invented here, by the rules below; no data of anybody goes in. With the same seed
and versions, on one thread, the same file comes out. It takes some minutes on a CPU.

--fixture writes what Headlight's tests compare with: PyTorch's attention on the example, and held-out viewers.
"""

import argparse
import json
import random
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

SEED = 7
LENGTH = 24  # films a viewer has seen
WIDTH, HEADS, LAYERS = 48, 2, 2
HERE = Path(__file__).parent

# The catalogue: eight genres, in each five series of three parts and ten films that stand alone.
GENRES = {
    "space": ["Quiet Orbit", "The Tin Comet", "Far Side Choir", "Salt on Titan", "Two Small Suns"],
    "detective": ["Inspector Marrow", "The Ink Alibi", "Half a Witness", "Locked from Inside", "The Thursday Caller"],
    "kitchen": ["Butter and Sons", "The Last Sourdough", "Nine Burners", "Salt Pepper War", "A Table for Nobody"],
    "western": ["Dust Ledger", "Three Miles of Fence", "The Paper Sheriff", "Mule Country", "Coffee at Dry Creek"],
    "ghost": ["The Attic Tenants", "Cold Stairwell", "Who Rang Twice", "Lodger in Grey", "Mist over Number Nine"],
    "sea": ["The Herring Line", "Captain Osk", "Lantern Reef", "Knots and Weather", "The Slow Ferry"],
    "fairy tale": ["The Moss Queen", "Seven Wooden Spoons", "A Fox Named Tuesday", "The Borrowed Crown", "Glass Thimble"],
    "sport": ["Second Serve", "The Goalkeeper's Aunt", "Long Way to Lap Ten", "Bench Players", "The Quiet Relay"],
}  # fmt: skip
ALONE = {
    "space": ["Airlock", "Perigee", "Signal Lost at Nine", "The Moon Plumber", "Dark Side Diner", "Ion", "Hull Breach Waltz", "Drift", "Gravity for Two", "The Last Launch Window"],
    "detective": ["Fingerprints", "The Wrong Umbrella", "Cipher Street", "Alibi for Rent", "A Clue in Oil", "The Blind Notary", "Tail Lights", "Motive", "Case Without a Case", "The Glove"],
    "kitchen": ["Simmer", "The Spice Debt", "Yolk", "Burnt Sugar Hill", "Dinner at Six Sharp", "Knead", "The Borrowed Oven", "Plum Season", "Sous", "One Fig"],
    "western": ["Spur", "High Grass", "The Well Digger", "No Rain Since May", "Canyon Post", "The Tall Farrier", "Tumble", "Noon at Eleven", "Border Mule", "Silver Tooth"],
    "ghost": ["Draught", "The Empty Pram", "House with Nine Doors", "Echo Lane", "The Pale Guest", "Candle Count", "Whisperwood", "The Mirror Lender", "Footsteps Up", "Cellar Song"],
    "sea": ["Ballast", "The Gull Keeper", "Low Tide", "Nine Fathoms", "Harbour Lights Out", "Brine", "The Net Mender", "Storm Glass", "Anchor Point", "The Buoy"],
    "fairy tale": ["The Needle Prince", "Owl and Oven", "Thistledown", "The Giant's Tailor", "Snow in the Well", "Hazel Gate", "The Cat Who Counted", "Golden Ladle", "Briar Clock", "The Honest Wolf"],
    "sport": ["Offside", "The Spare Wheel", "Photo Finish", "Chalk Lines", "Overtime", "The Tall Coxswain", "False Start", "Corner Flag", "Ninth Inning Stretch", "The Lucky Laces"],
}  # fmt: skip

films: list[str] = []  # a film's number is its place here
genre_of: list[str] = []
next_part: dict[int, int] = {}  # of the first and second part of a series
for genre, series in GENRES.items():
    for name in series:
        for part in ("", " II", " III"):
            if part:
                next_part[len(films) - 1] = len(films)
            films.append(name + part)
            genre_of.append(genre)
    for name in ALONE[genre]:
        films.append(name)
        genre_of.append(genre)
LATER = set(next_part.values())


def viewer(rng: random.Random, popularity: list[float]) -> list[int]:
    """What one viewer sees: films of two favourite genres, now and then what everybody sees, and series to their end.

    The next part of a series comes at least two films after the last, so that who predicts it has to look back.
    """
    favourites = rng.sample(list(GENRES), 2)
    seen: list[int] = []
    while len(seen) < LENGTH:
        begun = [next_part[film] for film in seen[:-2] if film in next_part and next_part[film] not in seen]
        if begun and rng.random() < 0.6:
            seen.append(begun[0])  # the one that waits longest
            continue
        anywhere = rng.random() < 0.15
        choice = [
            film
            for film in range(len(films))
            if film not in seen and film not in LATER and (anywhere or genre_of[film] in favourites)
        ]
        seen.append(rng.choices(choice, [popularity[film] for film in choice])[0])
    return seen


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.probabilities: torch.Tensor | None = None

    def forward(self, x, mask):
        batch, length, _ = x.shape
        split = lambda y: y.reshape(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
        scores = split(self.q(x)) @ split(self.k(x)).transpose(2, 3) / (WIDTH // HEADS) ** 0.5
        self.probabilities = torch.softmax(scores + mask, -1)
        return self.out((self.probabilities @ split(self.v(x))).transpose(1, 2).reshape(batch, length, WIDTH))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.dropout = nn.Dropout(0.2)

    def forward(self, x, mask):
        x = x + self.dropout(self.attention(self.norm1(x), mask))
        return x + self.dropout(self.down(torch.relu(self.up(self.norm2(x)))))


class Recommender(nn.Module):
    def __init__(self):
        super().__init__()
        self.film, self.position = nn.Embedding(len(films), WIDTH), nn.Embedding(LENGTH, WIDTH)
        for embedding in (self.film, self.position):
            nn.init.normal_(embedding.weight, std=0.1)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.dropout = nn.Dropout(0.2)
        self.register_buffer("mask", torch.full((LENGTH, LENGTH), -1e9).triu(1))

    def forward(self, input_ids):
        length = input_ids.shape[1]
        x = self.dropout(self.film(input_ids) + self.position.weight[:length])
        for block in self.blocks:
            x = block(x, self.mask[:length, :length])
        return self.norm(x) @ self.film.weight.T


def hits(scores: torch.Tensor, sequences: torch.Tensor, at: int = 5) -> float:
    """How often the film that follows is among the first `at`, over all positions; what was seen is not recommended."""
    found = total = 0
    for row, seen in zip(scores, sequences.tolist()):
        for position in range(LENGTH - 1):
            left = row[position].clone()
            left[seen[: position + 1]] = -torch.inf
            found += seen[position + 1] in left.topk(at).indices.tolist()
            total += 1
    return found / total


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--fixture", type=Path)
    fixture = arguments.parse_args().fixture
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    rng = random.Random(SEED)
    order = list(range(len(films)))
    rng.shuffle(order)
    popularity = [0.0] * len(films)
    for rank, film in enumerate(order):
        popularity[film] = 1 / (rank + 10)
    seen = torch.tensor([viewer(rng, popularity) for _ in range(12_000)])
    train, held_out = seen[:-1000], seen[-1000:]

    model = Recommender()
    epochs, size = 40, 128
    steps = epochs * (len(train) // size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for epoch in range(epochs):
        shuffled = train[torch.randperm(len(train))]
        total = 0.0
        for start in range(0, len(train) - size + 1, size):
            batch = shuffled[start : start + size]
            loss = F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / (len(train) // size):.3f}", flush=True)
    model.eval()

    counts = torch.bincount(train.flatten(), minlength=len(films)).float()
    after = torch.zeros(len(films), len(films))
    for row in train.tolist():
        for one, other in zip(row, row[1:]):
            after[one, other] += 1
    with torch.no_grad():
        baselines = {
            "model": hits(model(held_out), held_out),
            "what most have seen": hits(counts.expand(len(held_out), LENGTH, -1), held_out),
            "what most often follows the last film": hits(after[held_out] + counts / 1e9, held_out),
        }
    print(f"hit rate @5 on {len(held_out)} viewers that it was not trained on, {LENGTH - 1} films each:")
    for name, rate in baselines.items():
        print(f"  {name}: {100 * rate:.1f} %")

    example = [films.index(title) for title in EXAMPLE]
    with torch.no_grad():
        logits = model(torch.tensor([example]))
    for film in logits[0, -1].topk(5).indices.tolist():
        print(f"  {films[film]} {torch.softmax(logits[0, -1], -1)[film]:.2f}")
    for layer, block in enumerate(model.blocks):
        for head in range(HEADS):
            row = block.attention.probabilities[0, head, -1]
            print(f"  {layer}.{head}: " + ", ".join(f"{films[example[i]]} {row[i]:.2f}" for i in row.topk(4).indices))

    torch.onnx.export(
        model,
        (torch.tensor([example]),),
        HERE / "next-film.onnx",
        input_names=["input_ids"],
        output_names=["logits"],
        dynamic_axes={"input_ids": {0: "batch", 1: "films"}, "logits": {0: "batch", 1: "films"}},
        opset_version=17,
        dynamo=False,
    )
    inputs = {"input_ids": example, "vocabulary": {str(number): title for number, title in enumerate(films)}}
    (HERE / "next-film.inputs.json").write_text(
        "{\n"
        f'  "input_ids": {json.dumps(example)},\n'
        '  "vocabulary": {\n'
        + ",\n".join(f'    "{number}": {json.dumps(title)}' for number, title in enumerate(films))
        + "\n  }\n}\n"
    )
    if fixture:
        few = held_out[:50]
        with torch.no_grad():
            few_rate = hits(model(few), few)
            model(torch.tensor([example]))
        fixture.parent.mkdir(parents=True, exist_ok=True)
        fixture.write_text(
            json.dumps(
                {
                    "attention": [
                        [round(value, 6) for value in block.attention.probabilities.flatten().tolist()]
                        for block in model.blocks
                    ],
                    "logits": [round(value, 5) for value in logits[0, -1].tolist()],
                    "heldOut": few.tolist(),
                    "hitRate": few_rate,
                    "popularity": counts.long().tolist(),
                    "popularityHitRate": hits(counts.expand(len(few), LENGTH, -1), few),
                }
            )
            + "\n"
        )
    return inputs


# Two series that wait for their next part, among films of two genres.
EXAMPLE = [
    "The Herring Line",
    "Airlock",
    "Quiet Orbit",
    "Low Tide",
    "The Gull Keeper",
    "Drift",
    "The Herring Line II",
    "Salt on Titan",
    "Perigee",
    "Quiet Orbit II",
    "Storm Glass",
    "Ion",
]

if __name__ == "__main__":
    main()
