"""The benchmark's network in PyTorch, as its user would write it: NCHW, autograd, torch.optim.Adam; on the CPU in float32, or on a GPU in the
mode that the problem names: float32, tf32, amp (16-bit floats with a scaled loss) or compiled (tf32 through torch.compile).

Reads a problem (JSON) from the path given, and the floats and bytes beside it; writes Adam's first moments after one step beside them, and
prints one line of JSON: first step, steps in milliseconds, losses.
"""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

path = sys.argv[1]
problem = json.load(open(path + '.json'))
torch.set_num_threads(problem['threads'])
device, mode = problem.get('device', 'cpu'), problem.get('mode', 'float32')
amp = mode == 'amp'
torch.backends.cudnn.benchmark = True
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = mode in ('tf32', 'compiled')
floats = np.fromfile(path + '.weights', dtype='<f4')
pixels = np.fromfile(path + '.batch', dtype=np.uint8)
size, batch = problem['size'], problem['batch']

parameters = {}
at = 0
for entry in problem['parameters']:
    count = int(np.prod(entry['shape']))
    values = torch.from_numpy(floats[at:at + count].reshape(entry['shape']).copy())
    at += count
    # Kernels are [h, w, in, out] here and [out, in, h, w] there.
    if entry['role'] == 'kernel':
        values = values.permute(3, 2, 0, 1).contiguous()
    parameters[entry['name']] = values.to(device).requires_grad_()

split = batch * size * size * 3
images = pixels[:split].reshape(batch, size, size, 3)
masks = torch.from_numpy(pixels[split:].reshape(batch, size * size).astype(np.float32)).to(device)


def forward(x):
    outputs = {}
    for layer in problem['layers']:
        kind, name = layer['operation']['kind'], layer['name']
        inputs = [outputs[i] for i in layer['inputs']]
        op = layer['operation']
        if kind == 'input':
            y = x
        elif kind == 'dropout':
            y = F.dropout(inputs[0], op['rate']) if problem.get('dropout') else inputs[0]
        elif kind == 'conv':
            kernel = parameters[name + '/kernel']
            bias = parameters[name + '/bias'] if op['bias'] else None
            y = inputs[0]
            if op['kernel'] == 1:
                y = F.conv2d(y, kernel, bias, op['stride'])
            elif op['stride'] == 1:
                y = F.conv2d(y, kernel, bias, 1, padding=1)
            else:
                y = F.conv2d(F.pad(y, (0, 1, 0, 1)), kernel, bias, op['stride'])
        elif kind == 'instanceNorm':
            y = F.instance_norm(inputs[0], weight=parameters[name + '/gamma'], bias=parameters[name + '/beta'],
                                eps=problem['epsilon'])
        elif kind == 'leakyRelu':
            y = F.leaky_relu(inputs[0], op['slope'])
        elif kind == 'add':
            y = inputs[0] + inputs[1]
        elif kind == 'concat':
            y = torch.cat(inputs, 1)
        elif kind == 'upsample':
            y = F.interpolate(inputs[0], scale_factor=2, mode='nearest')
        elif kind == 'maxPool':
            y = F.max_pool2d(inputs[0], 2)
        else:
            raise ValueError(kind)
        outputs[name] = y
    return y


optimizer = torch.optim.Adam(parameters.values(), lr=problem['learningRate'], betas=(0.9, 0.999), eps=1e-7)
scaler = torch.cuda.amp.GradScaler(enabled=amp)
network = torch.compile(forward) if mode == 'compiled' else forward


def step():
    x = torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float().div(255).contiguous()
    with torch.autocast('cuda', torch.float16, enabled=amp):
        y = network(x)
    p = torch.sigmoid(y.float()).reshape(batch, -1)
    smooth = problem['smooth']
    dice = (2 * (p * masks).sum(1) + smooth) / (p.sum(1) + masks.sum(1) + smooth)
    loss = 1 - dice.mean()
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    # Waits for the GPU: the page reads the loss of each step, too.
    return loss.item()


begin = time.perf_counter()
loss = step()
first = (time.perf_counter() - begin) * 1000
if device == 'cpu':
    moments = []
    for entry in problem['parameters']:
        m = optimizer.state[parameters[entry['name']]]['exp_avg']
        if entry['role'] == 'kernel':
            m = m.permute(2, 3, 1, 0)
        moments.append(m.contiguous().numpy().ravel())
    np.concatenate(moments).astype('<f4').tofile(path + '.moments')
else:
    # What is tried out, or compiled, at the first calls.
    for _ in range(problem['warmUp']):
        step()
steps = []
last = loss
for _ in range(problem['steps'] + 1 if problem['steps'] else 0):
    begin = time.perf_counter()
    last = step()
    steps.append((time.perf_counter() - begin) * 1000)
print(json.dumps({'firstStepMs': first, 'stepsMs': steps[1:], 'loss': loss, 'lastLoss': last,
                  'threads': torch.get_num_threads(), 'version': torch.__version__}))
