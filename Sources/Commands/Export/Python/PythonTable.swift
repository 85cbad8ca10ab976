import Debugger
import Training

// How the script compares, and the table it prints.

extension PythonScript {
  mutating func table() -> [String] {
    use(from: "math")
    let keepsAll = usedHooks.contains { $0.capture == .all }
    let canSkip = stretches.contains { $0.plan.settings.lossScale != nil }
    var lines = pythonTitle("the table")
    lines += [String](
      lines: """
        def ulp(x, finfo):
            \"""The distance from x to the next larger number of its dtype.\"""
            smallest = finfo.tiny * finfo.eps
            if not math.isfinite(x):
                return math.nan
            return max(finfo.eps * 2.0 ** math.floor(math.log2(x)), smallest) if x else smallest


        def compare(h, before, after, lr):
            \"""c, cosine, residual, ulp/lr and a verdict: what the hook kept against what the step did.\"""
            finfo, before, after = torch.finfo(before.dtype), before.double(), after.double()
            if lr == 0:
                return None, None, None, None, "not_seen" if h is None else "undefined"
            resolution = ulp(max(before.abs().max().item(), after.abs().max().item()), finfo) / abs(lr)
            if h is None:
                return None, None, None, resolution, "not_seen"
            if h.shape != before.shape:  # a slot that holds another parameter's gradient
                return None, None, None, resolution, "different"
            h, e = h.double(), (before - after) / lr
            hh, ee, he = (h * h).sum().item(), (e * e).sum().item(), (h * e).sum().item()
            if not math.isfinite(hh) or not math.isfinite(ee):
                return None, None, None, resolution, "different"
            c = he / hh if hh else None
            cosine = he / math.sqrt(hh * ee) if hh and ee else None
            rest = (e - c * h).norm().item() if hh else math.sqrt(ee)
            residual = rest / math.sqrt(ee) if hh and ee else None
            noise = resolution + 8 * finfo.eps * max(h.abs().max().item(), e.abs().max().item())
            tolerance = max(resolution * math.sqrt(h.numel()) + 64 * finfo.eps * math.sqrt(ee), 1e-6 * math.sqrt(ee))
            if hh == 0:
                verdict = "undefined" if ee == 0 else "different"
            elif (e - h).abs().max().item() <= noise:  # rounding, unless that is a large part of what is there
                verdict = "match" if (e - h).square().sum().item() <= 1e-4 * hh else "below_resolution"
            elif ee == 0:
                verdict = "no_update"
            elif rest > tolerance:
                verdict = "different"
            else:
                verdict = "scaled" if rest * rest <= 0.25 * ee else "below_resolution"
            return c, cosine, residual, resolution, verdict


        def text(value, style):
            return "-" if value is None else format(value, style)


        """)
    lines += [
      "def show(step, losses, before, lr, lr_used\(canSkip ? ", skipped" : "")):",
      "    print(f\"step {step}  loss {sum(losses) / len(losses):.9g}  lr {lr_used:.6g}\")",
      "    print(f\"  {'parameter':<{width}}  hook  {'c':>14}  {'cosine':>9}  residual   ulp/lr  {'lr':>9}  verdict\")",
      "    for name, p in named.items():",
      "        for hook, slot in [row[1:] for row in rows if row[0] == name] or [(\"-\", name)]:",
      "            h = seen.get((hook, slot))",
    ]
    if keepsAll { lines.append("            h = sum(h[1:], h[0]) if isinstance(h, list) else h") }
    lines.append(
      "            c, cosine, residual, resolution, verdict = compare(h, before[name], p.detach(), lr[name])")
    if canSkip {
      lines += [
        "            if skipped and h is not None and lr[name] != 0 and h.shape == p.shape:",
        "                verdict = \"no_update\"",
      ]
    }
    lines += [
      "            print(f\"  {short(name):<{width}}  {hook:>4}  {text(c, '.9g'):>14}  {text(cosine, '.6f'):>9}\"",
      "                  f\"  {text(residual, '.1e'):>8}  {text(resolution, '.1e'):>7}  {lr[name]:>9.6g}  {verdict}\")",
    ]
    if hooksModules {
      lines += [
        "    for name, hook in others:",
        "        g = seen.get((hook, name))",
      ]
      if keepsAll { lines.append("        g = torch.stack(g) if isinstance(g, list) else g") }
      lines += [
        "        norm = \"-\" if g is None else f\"{g.double().norm().item():.9g}\"",
        "        print(f\"  hook {hook} on {short(name)}: fired {fired[hook, name]} times, norm {norm}\")",
      ]
    }
    lines += [
      "", "",
      "def short(name):",
      "    return name.removeprefix(\"base_model.model.\").removesuffix(\".default.weight\").replace(\".default.\", \".\")",
      "", "",
      "width = max(len(short(name)) for name in [\"parameter\", *named])",
    ]
    return lines
  }
}
