"""The session that lorascope runs for a case; it says only what differs from lorascope's defaults."""


def on(flag):
    return "on" if flag else "off"


def words(value):
    """A setting's value as typed: flags on/off, lists and patterns as words."""
    if isinstance(value, bool):
        return on(value)
    if isinstance(value, dict):
        return " ".join(f"{key}={x}" for key, x in value.items())
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def model_line(model):
    if model["kind"] == "transformer":
        return " ".join(["model transformer", *(f"{key}={words(value)}" for key, value in model.items() if key != "kind")])
    line = " ".join(["model", model["kind"], *map(str, model["sizes"])])
    if model["kind"] == "mlp":
        line += f" {model['act']}"
    return line + ("" if model["bias"] else " bias=off") + (" shared=on" if model.get("shared") else "")


def target_words(targets):
    """Names separated by commas; a regular expression is quoted."""
    if isinstance(targets, list):
        return ",".join(targets)
    if targets == "all-linear":
        return targets
    return f"'{targets}'" if "\\" in targets else f'"{targets}"'


def adapter_lines(lora):
    if lora is None:
        return ["set target_modules none"]
    lines = [f"set target_modules {target_words(lora['targets'])}", f"set r {lora['r']}", f"set lora_alpha {lora['alpha']}"]
    lines += ["set use_rslora on"] if lora["rslora"] else []
    for key, name in (("dora", "use_dora"), ("dropout", "lora_dropout"), ("init", "init_lora_weights"),
                      ("rank_pattern", "rank_pattern"), ("alpha_pattern", "alpha_pattern")):
        if key in lora:
            value = lora[key]
            lines.append(f"set {name} {'false' if value is False and key == 'init' else words(value)}")
    return lines


def loss_line(config):
    loss = config.get("loss", {"kind": "cross_entropy" if config["model"]["kind"] == "transformer" else "mse"})
    line = f"loss {loss['kind']}"
    line += " reduction=sum" if config.get("reduction") == "sum" else ""
    return line + (f" ignore_index={loss['ignore_index']}" if loss.get("ignore_index", -100) != -100 else "")


def setting_lines(config):
    """The optimizer and everything between backward and the step."""
    lines = [f"set optimizer {config['optimizer']['kind']}", f"set lr {config['lr']}"]
    lines += [f"set {name} {words(value)}" for name, value in config["optimizer"].items() if name != "kind"]
    if "scheduler" in config:
        lines.append(f"set scheduler {config['scheduler']['kind']}")
        lines += [f"set {name} {value}" for name, value in config["scheduler"].items() if name != "kind"]
    if "loraplus" in config:
        lines.append(f"set loraplus_lr_ratio {config['loraplus']}")
    if config["k"] > 1:
        lines += [f"set gradient_accumulation_steps {config['k']}", f"set divide_loss {on(config['divide_loss'])}"]
    for key, name in (("loss_scale", "loss_scale"), ("clip_norm", "max_grad_norm"),
                      ("clip_value", "clip_value"), ("clip_when", "clip_when")):
        if key in config:
            lines.append(f"set {name} {config[key]}")
    if config["replicas"] > 1:
        lines.append(f"set replicas {config['replicas']}")
    lines += [] if config["zero_grad"] else ["set zero_grad off"]
    return lines + [f"set {name} {words(config[name])}"
                    for name in ("scheduler_order", "lr_read", "snapshot", "checkpointing") if name in config]


def session_lines(config):
    return [
        f"set dtype {config['dtype']}", "set threads 1", model_line(config["model"]), *adapter_lines(config["lora"]),
        "load weights weights.safetensors", "data load data.safetensors", loss_line(config), *setting_lines(config),
        "hook all at tensor capture=all", "hook all at post_accumulate capture=last", "hook all at step_pre",
        f"step {config['steps']}", "export out.safetensors",
    ]
