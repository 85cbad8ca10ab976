import Tensors
import Training

extension StageText {
  /// From backward() to what the optimizer is handed.
  static let backwardStages: [StageText] = [
    StageText(
      stage: .accumulate,
      note: { context, _ in
        let k = context.settings.gradientAccumulationSteps
        let share = context.settings.divideLoss ? "each of loss/\(k)" : "the loss not divided by \(k)"
        return "x\(k): .grad adds up \(k) micro-batches, \(share)"
      },
      clause: { context in
        let k = context.settings.gradientAccumulationSteps
        return ".grad adds up \(k) micro-batches"
          + (context.settings.divideLoss ? " of loss/\(k)" : " of a loss that was not divided by \(k)")
          + ", and the hook sees one at a time"
      },
      advice: { context in
        (context.settings.divideLoss ? [] : ["(loss / gradient_accumulation_steps).backward()"])
          + ["seen[name] = p.grad.clone()  # after the last micro-batch's backward()"]
      }),
    StageText(
      stage: .staleGrad,
      note: { _, change in
        "zero_grad forgotten: .grad still held the last step's, norm \(shortNumber((change.after - change.before).norm))"
      },
      clause: { _ in "zero_grad() was forgotten, so the gradient of the steps before is still in .grad" },
      advice: { _ in ["optimizer.step()", "optimizer.zero_grad()  # after every step"] }),
    StageText(
      stage: .allReduce,
      note: { context, _ in
        "mean over \(context.settings.replicas) replicas; the hook saw rank 0's own"
      },
      clause: { context in
        "DistributedDataParallel averaged .grad over \(context.settings.replicas) replicas, and the hook saw rank 0's alone"
      },
      advice: { _ in ["seen[name] = p.grad.clone()  # after backward(): DDP reduces when the last bucket is full"] }),
    StageText(
      stage: .unscale,
      note: { context, _ in
        let scale = context.record.lossScale ?? 1
        return "\(times(1 / scale)) = 1/\(shortNumber(scale)), GradScaler.unscale_"
      },
      clause: { context in
        "the hook saw the gradient times the loss scale \(shortNumber(context.record.lossScale ?? 1)), "
          + "which unscale_ took out again"
      },
      advice: { _ in
        ["scaler.unscale_(optimizer)", "seen[name] = p.grad.clone()  # after it, before scaler.step(optimizer)"]
      }),
    StageText(
      stage: .clipNorm, note: { context, _ in clipNote(context) },
      clause: { context in
        context.settings.clipWhen == .eachBackward
          ? "clip_grad_norm_ was called after every micro-batch's backward(), on what was accumulated so far"
          : "clip_grad_norm_ multiplied every gradient by \(clipFactor(context)) after the hook had run"
      },
      advice: { context in
        if context.settings.clipWhen == .eachBackward {
          return [
            "if (step + 1) % gradient_accumulation_steps == 0:  # once for a step, not for each micro-batch",
            "    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm); optimizer.step(); optimizer.zero_grad()",
          ]
        }
        return [
          "TrainingArguments(max_grad_norm=0.0)  # the Trainer's default is 1.0",
          "optimizer.register_step_pre_hook(lambda *_: save(p.grad.clone()))",
        ]
      }),
    StageText(
      stage: .clipValue,
      note: { context, change in
        let cut = zip(change.before.toArray(), change.after.toArray()).count { $0 != $1 }
        let bound = floating(context.settings.clipValue ?? 0)
        return "\(cut) of \(change.before.count) elements were beyond \(bound), clip_grad_value_"
      },
      clause: { context in
        "clip_grad_value_ cut single elements at \(floating(context.settings.clipValue ?? 0)), which turns the gradient"
      },
      advice: { _ in
        [
          "torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)  # keeps the direction, clip_grad_value_ does not"
        ]
      }),
  ]

  private static func clipFactor(_ context: ExplanationContext) -> String {
    guard let clipping = context.record.ledger?.clippings.last else { return "a factor" }
    let maxNorm = floating(context.settings.maxGradNorm ?? 0)
    return formatted(clipping.coefficient, "%.4g") + " = \(maxNorm)/\(shortNumber(clipping.totalNorm))"
  }

  private static func clipNote(_ context: ExplanationContext) -> String {
    let clippings = context.record.ledger?.clippings ?? []
    guard clippings.count > 1 else { return "x\(clipFactor(context)), clip_grad_norm_" }
    let shown = clippings.prefix(4).map { times($0.coefficient) }.joined(separator: ", ")
    return "\(shown)\(clippings.count > 4 ? ", ..." : ""): clip_grad_norm_ after each of \(clippings.count) backwards"
  }
}
