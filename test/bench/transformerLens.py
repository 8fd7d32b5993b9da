"""What patching takes in TransformerLens, for `npm run bench -- cause`: the residual stream that enters each layer, at each position,
by its own loop. Reads the weights of a GPT-2 out of its ONNX file. Needs transformer_lens, torch and onnx.

    python transformerLens.py MODEL.onnx '{"clean": [ids], "corrupted": [ids], "token": id, "minus": id, "turns": 3}'

Prints JSON: the version, seconds for a map (the median of the turns) and for a plain run, and the map [layer, position].
"""
import json
import logging
import math
import sys
import time

import onnx
import torch
from onnx import numpy_helper

logging.disable(logging.WARNING)
import transformer_lens
from transformer_lens import HookedTransformer, HookedTransformerConfig, patching

model_file, wish = sys.argv[1], json.loads(sys.argv[2])
graph = onnx.load(model_file).graph
given = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in graph.initializer}
named = {name.removeprefix("hf.transformer."): value for name, value in given.items()}
vocabulary, width = named["wte.weight"].shape
layers = 1 + max(int(name.split(".")[1]) for name in named if name.startswith("h."))
heads = wish["heads"]
size = width // heads
config = HookedTransformerConfig(
    n_layers=layers, d_model=width, n_ctx=named["wpe.weight"].shape[0], d_head=size, n_heads=heads,
    d_mlp=named["h.0.mlp.c_fc.weight"].shape[1], d_vocab=vocabulary, act_fn="gelu_new",
    normalization_type="LN", device="cpu", default_prepend_bos=False,
)
model = HookedTransformer(config)
state = {
    "embed.W_E": named["wte.weight"], "pos_embed.W_pos": named["wpe.weight"],
    "ln_final.w": named["ln_f.weight"], "ln_final.b": named["ln_f.bias"],
    "unembed.W_U": named["wte.weight"].T, "unembed.b_U": torch.zeros(vocabulary),
}
for layer in range(layers):
    own, block = f"h.{layer}.", f"blocks.{layer}."
    for norm in ("1", "2"):
        state[f"{block}ln{norm}.w"] = named[f"{own}ln_{norm}.weight"]
        state[f"{block}ln{norm}.b"] = named[f"{own}ln_{norm}.bias"]
    weights = named[f"{own}attn.c_attn.weight"].split(width, dim=1)
    biases = named[f"{own}attn.c_attn.bias"].split(width)
    for name, weight, bias in zip("QKV", weights, biases):
        state[f"{block}attn.W_{name}"] = weight.reshape(width, heads, size).permute(1, 0, 2)
        state[f"{block}attn.b_{name}"] = bias.reshape(heads, size)
    state[f"{block}attn.W_O"] = named[f"{own}attn.c_proj.weight"].reshape(heads, size, width)
    state[f"{block}attn.b_O"] = named[f"{own}attn.c_proj.bias"]
    state[f"{block}mlp.W_in"], state[f"{block}mlp.b_in"] = named[f"{own}mlp.c_fc.weight"], named[f"{own}mlp.c_fc.bias"]
    state[f"{block}mlp.W_out"], state[f"{block}mlp.b_out"] = named[f"{own}mlp.c_proj.weight"], named[f"{own}mlp.c_proj.bias"]
model.load_state_dict(state, strict=False)
torch.set_grad_enabled(False)
clean, corrupted = (torch.tensor([wish[name]]) for name in ("clean", "corrupted"))
_, cache = model.run_with_cache(clean)


def metric(logits):
    return logits[0, -1, wish["token"]] - logits[0, -1, wish["minus"]]


def median_of(work):
    times = []
    for _ in range(wish["turns"] + 1):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return sorted(times[1:])[len(times[1:]) // 2], result


quiet = sys.stderr
sys.stderr = open("/dev/null", "w")
plain, _ = median_of(lambda: model(corrupted))
seconds, found = median_of(lambda: patching.get_act_patch_resid_pre(model, corrupted, cache, metric))
sys.stderr = quiet
assert all(math.isfinite(value) for value in found.flatten().tolist())
print(json.dumps({"seconds": seconds, "plain": plain, "map": found.tolist(), "threads": torch.get_num_threads()}))
