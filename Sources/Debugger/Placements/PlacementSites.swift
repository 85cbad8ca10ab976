import Autograd
import LoRA
import Training

/// Something a hook can be put on, and what it sees there, as a formula. W0 is the base weight, G = dL/dW of the
/// merged one, delta = dL/dy of the layer's output.
struct PlacementSite: Sendable {
  let site: HookSite
  /// As the table calls it: `0.lora_B`, `0.lora_B output`.
  let title: String
  let placement: HookPlacement
  /// What the hook's value is made of; of module hooks grad_output and grad_input.
  let formula: String
  var gradInput: String?
}

extension ModuleGraph {
  /// Every place around an adapted Linear.
  func placementSites(_ layer: LoraLayer) -> [PlacementSite] {
    let path = modules[layer.module].path
    let isDora = layer.magnitude != nil
    // With DoRA every gradient that goes through W0 + s B A is multiplied with m/|.| row by row, D for short.
    let d = isDora ? "D " : ""
    var sites = parameterSites(layer.b, "s \(d)G A^T") + parameterSites(layer.a, "s B^T \(d)G")
    if let magnitude = layer.magnitude { sites += parameterSites(magnitude, "sum_x delta (W0 + s B A) x/|W0 + s B A|") }
    let modules: [(suffix: String, gradient: String, input: String)] = [
      ("", "delta", isDora ? "delta D (W0 + s B A)" : "delta (W0 + s B A)"),
      (".base_layer", isDora ? "delta D" : "delta", isDora ? "delta D W0" : "delta W0"),
      (".lora_B.default", "s delta\(isDora ? " D" : "")", "s delta \(d)B"),
      (".lora_A.default", "s delta \(d)B", "s delta \(d)B A"),
    ]
    for (suffix, gradient, input) in modules {
      guard let module = self.modules.firstIndex(where: { $0.path == path + suffix }) else { continue }
      sites += moduleSites(module, gradient, input)
    }
    return sites
  }

  /// Every place around a parameter that no adapter stands for.
  func placementSites(ofParameter parameter: Int) -> [PlacementSite] {
    let shape = parameters[parameter].shape
    let formula = shape.rank == 2 ? "delta^T x" : "sum of delta"
    return parameterSites(parameter, formula) + moduleSites(parameters[parameter].module, "delta", "delta W")
  }

  private func parameterSites(_ parameter: Int, _ formula: String) -> [PlacementSite] {
    HookPlacement.all.filter { $0.targets != .modules }.map { placement in
      PlacementSite(
        site: .parameter(parameter), title: NameTable.short(parameters[parameter].name), placement: placement,
        formula: formula)
    }
  }

  private func moduleSites(_ module: Int, _ gradient: String, _ input: String) -> [PlacementSite] {
    HookPlacement.all.filter { $0.targets != .parameters }.map { placement in
      PlacementSite(
        site: .module(module),
        title: NameTable.short(modules[module].path) + (placement.targets == .both ? " output" : ""),
        placement: placement, formula: gradient, gradInput: placement.moment == .moduleBackward ? input : nil)
    }
  }
}

extension TrainingSettings {
  /// A formula as it is seen at a placement: scaled, of one micro-batch or of all, of one rank or of all.
  func seen(_ formula: String, at placement: HookPlacement) -> String {
    let k = gradientAccumulationSteps
    let isOptimizer = placement.moment.isAtOptimizer
    let isAccumulated = placement.moment == .accumulated || isOptimizer
    var scale = ""
    if let lossScale, !isOptimizer { scale = shortNumber(lossScale) }
    if k > 1, divideLoss { scale = (scale.isEmpty ? "1" : scale) + "/\(k)" }
    var parts = [scale.isEmpty ? formula : scale + " " + formula]
    if k > 1 { parts.append(isAccumulated ? "sum of \(k)" : "each of \(k)") }
    if replicas > 1 { parts.append(isOptimizer ? "mean of \(replicas) ranks" : "rank 0's") }
    if isOptimizer, clipWhen != .afterStep, maxGradNorm != nil || clipValue != nil { parts.append("clipped") }
    return parts.joined(separator: ", ")
  }
}

extension HookPlacement.Moment {
  var isAtOptimizer: Bool { self == .beforeOptimizer || self == .afterOptimizer }
}
