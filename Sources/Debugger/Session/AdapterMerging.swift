import LoRA
import Tensors

extension Session {
  /// Keeps the base weights in step with `merged`: `merge_adapter()` adds B A to them, `unmerge_adapter()`
  /// takes it out again, with the rounding that this leaves. `disable_adapter()` unmerges, as in PEFT.
  mutating func followMerge(_ changed: Configuration, _ built: BuiltModel, isFresh: Bool, isSwitched: Bool) {
    guard var parameters = state?.parameters else { return }
    let isOtherAdapter = changed.lora != configuration.lora
    if isFresh { unmergedWeights = [:] }
    if !isFresh && !isSwitched && !(isOtherAdapter && !unmergedWeights.isEmpty) { return }
    if let layers = model?.layers {
      for layer in layers {
        guard let original = unmergedWeights[layer.weight] else { continue }
        parameters[layer.weight] = layer.unmerged(parameters, original: original)
      }
    }
    unmergedWeights = [:]
    if changed.isMerged && changed.usesAdapters {
      for layer in built.layers where unmergedWeights[layer.weight] == nil {
        unmergedWeights[layer.weight] = parameters[layer.weight]
        parameters[layer.weight] = layer.merged(parameters)
      }
    }
    state?.parameters = parameters
  }
}
