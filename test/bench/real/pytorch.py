"""Processor seconds of a Llama with eager attention that gives its weights, float32, 2 threads: the middle of three runs, one above 512 tokens.

pytorch.py FOLDER TOKENS...: FOLDER holds config.json; the weights are random, which costs the same.
Prints one line of JSON, a number for each length.
"""

import json
import statistics
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_num_threads(2)
config = LlamaConfig.from_pretrained(sys.argv[1])
config._attn_implementation = "eager"
model = LlamaForCausalLM(config).to(torch.float32).eval()


def seconds(tokens: int) -> float:
    ids = torch.tensor([[10 + (i * 37) % 200 for i in range(tokens)]])
    started = time.process_time()
    with torch.no_grad():
        result = model(ids, output_attentions=True, use_cache=True)
    assert len(result.attentions) == config.num_hidden_layers
    return time.process_time() - started


def middle(tokens: int) -> float:
    return statistics.median(seconds(tokens) for _ in range(3 if tokens <= 512 else 1))


seconds(128)
print(json.dumps([middle(int(tokens)) for tokens in sys.argv[2:]]))
