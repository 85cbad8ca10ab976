import Autograd
import LoRA
import Tensors
import Training

extension Session {
  /// The adapted Linear of a name: the module's own, or that of anything inside it.
  public func layer(named name: String) throws(DebuggerError) -> LoraLayer {
    guard let model, let names else { throw Session.noModel }
    guard !model.layers.isEmpty else {
      throw DebuggerError("no module has an adapter: target_modules is \(configuration.lora.targetModules)")
    }
    let site: HookSite
    do {
      site = try names.one(name, .modules)
    } catch {
      guard let other = try? names.one(name, .parameters) else { throw error }
      site = other
    }
    let path = model.graph.name(of: site)
    for layer in model.layers {
      let own = model.graph.modules[layer.module].path
      if path == own || path.hasPrefix(own + ".") { return layer }
    }
    let adapted = model.layers.map { NameTable.short(model.graph.modules[$0.module].path) }
    throw DebuggerError(
      "\(NameTable.short(path)) has no adapter; there are \(adapted.prefix(8).joined(separator: ", "))"
        + (adapted.count > 8 ? ", and \(adapted.count - 8) more" : ""))
  }
}
