import Debugger
import LoRA
import Tensors
import TestSupport
import Testing
import Training

@Suite("What a step means for the weight that an adapter stands for")
struct ReparameterizationTests {
  /// Steps taken with SGD in float64, B away from 0, a hook on the layer's output.
  private func session(
    _ words: String = "linear 6 5", steps: Int = 2, _ change: @escaping (inout Configuration) -> Void = { _ in }
  ) throws -> Session {
    var session = try DebuggerTests.session(words) { configuration in
      configuration.dtype = .float64
      (configuration.lora.r, configuration.lora.loraAlpha) = (2, 6)
      configuration.lora.initLoraWeights = .false
      configuration.training.lr = 0.01
      change(&configuration)
    }
    let hook = try #require(HookPlacement.all.first { $0.name == "module_pre" })
    _ = try session.configure { $0.hooks = [HookRequest(id: 1, target: "0", placement: hook)] }
    for _ in 0..<steps { _ = try session.completeStep() }
    return session
  }

  private func tensor(_ text: String, _ session: Session) throws -> Tensor {
    guard case .tensor(let tensor) = try value(text, in: session) else { throw FixtureError.missing }
    return tensor
  }

  private enum FixtureError: Error { case missing }

  @Test("G is delta^T x, dA = s B^T G and dB = s G A^T")
  func gradients() throws {
    let session = try session()
    let record = try #require(session.observed)
    let g = try tensor("G(0)", session)
    let delta = try #require(record.readings[0][0].value)
    guard case .features(let x) = record.plan.dataset.inputs[record.step - 1] else { throw FixtureError.missing }
    #expect(relativeError(g.toArray(), Tensor.matmul(delta.transposed, x).toArray()) < 1e-12)
    let (a, b) = (try tensor("before(lora_A)", session), try tensor("before(lora_B)", session))
    let (da, db) = (try tensor("grad(lora_A)", session), try tensor("grad(lora_B)", session))
    #expect(relativeError(da.toArray(), Tensor.matmul(b.transposed, g).scaled(by: 3).toArray()) < 1e-12)
    #expect(relativeError(db.toArray(), Tensor.matmul(g, a.transposed).scaled(by: 3).toArray()) < 1e-12)
    // Under SGD dW = -lr g~ + lr^2 s dB dA.
    let wanted =
      try tensor("virtual(0)", session).scaled(by: -0.01)
      + Tensor.matmul(db, da).scaled(by: 3 * 0.01 * 0.01)
    #expect(relativeError(try tensor("dW(0)", session).toArray(), wanted.toArray()) < 1e-9)
  }

  @Test(
    "the view agrees with the closed forms, whatever stands between gradient and weight",
    arguments: ["plain", "accumulated", "scaled", "clipped", "replicas", "stale", "hooked", "undivided"])
  func view(name: String) throws {
    var session = try session("mlp 6 5 4 tanh") { configuration in
      switch name {
      case "accumulated": configuration.training.gradientAccumulationSteps = 3
      case "scaled": configuration.training.lossScale = 1024
      case "clipped": configuration.training.maxGradNorm = 1e-3
      case "replicas": configuration.training.replicas = 2
      case "stale": configuration.training.zeroGrad = false
      case "undivided":
        (configuration.training.gradientAccumulationSteps, configuration.training.divideLoss) = (2, false)
      default: break
      }
    }
    if name == "hooked" {
      _ = try session.configure { configuration in
        configuration.hooks.append(HookRequest(id: 2, target: nil, scale: 5))
        configuration.training.lr = 0.001
      }
      _ = try session.completeStep()
    }
    for module in ["0", "2"] {
      let view = try session.view(try session.layer(named: module))
      #expect(view.scaling == 3 && view.r == 2)
      let errors = [view.formulaErrors.a, view.formulaErrors.b, view.selfCheck]
      for error in errors { #expect((error ?? 1) < 1e-12) }
      #expect(view.singularValues.filter { $0 > 1e-8 * (view.singularValues.first ?? 0) }.count <= 4)
      let predicted = view.predicted
      let observed = try #require(view.observed)
      #expect(abs(predicted - observed) < 0.2 * abs(observed) + 1e-9, "\(predicted) \(observed)")
      let share = try #require(view.tangentShare)
      #expect(share > 0 && share < 1)
      // No step along A and B can point more along G than its part in the tangent space does.
      let cosine = try #require(view.cosineOfG)
      #expect(cosine <= share + 1e-12)
    }
  }

  @Test("B = 0: dA is 0, dW = -lr s^2 G A^T A, the loss falls by lr |dB|^2")
  func fresh() throws {
    var session = try DebuggerTests.session("linear 6 5") { configuration in
      configuration.dtype = .float64
      (configuration.lora.r, configuration.lora.loraAlpha) = (2, 6)
      configuration.training.lr = 1e-3
    }
    _ = try session.completeStep()
    let (g, a) = (try tensor("G(0)", session), try tensor("before(lora_A)", session))
    let wanted = Tensor.matmul(Tensor.matmul(g, a.transposed), a).scaled(by: -1e-3 * 9)
    #expect(relativeError(try tensor("dW(0)", session).toArray(), wanted.toArray()) < 1e-12)
    let view = try session.view(try session.layer(named: "0"))
    #expect(view.norms.a == 0 && view.notes[0].hasPrefix("lora_B is 0, so dA = s B^T G = 0"))
    let fall = try tensor("grad(lora_B)", session).squaredNorm * 1e-3
    #expect(abs(view.predicted + fall) < 1e-12)
  }

  @Test("doubling alpha moves W four times as far under SGD, twice as far under Adam", arguments: ["sgd", "adam"])
  func alpha(optimizer: String) throws {
    let moved = try [2.0, 4.0].map { alpha in
      let session = try session(steps: 1) { configuration in
        configuration.lora.loraAlpha = alpha
        configuration.lora.initLoraWeights = .default
        configuration.training.optimizer = optimizer
        configuration.training.optimizerSettings.eps = 1e-30
        configuration.training.lr = 1e-6
      }
      return try tensor("dW(0)", session).norm
    }
    #expect(abs(moved[1] / moved[0] - (optimizer == "sgd" ? 4 : 2)) < 1e-6)
  }

  @Test("DoRA's gradients carry m/|W0 + s B A|, and G is still dL/dW of the merged weight")
  func dora() throws {
    let session = try session { $0.lora.useDora = true }
    let record = try #require(session.observed)
    let delta = try #require(record.readings[0][0].value)
    guard case .features(let x) = record.plan.dataset.inputs[record.step - 1] else { throw FixtureError.missing }
    #expect(
      relativeError(try tensor("G(0)", session).toArray(), Tensor.matmul(delta.transposed, x).toArray()) < 1e-12)
    let view = try session.view(try session.layer(named: "0"))
    for error in [view.formulaErrors.a, view.formulaErrors.b] { #expect((error ?? 1) < 1e-12) }
    #expect(view.notes.contains { $0.hasPrefix("DoRA") })
  }

  @Test("a module without an adapter, and a step that is not there, say so")
  func errors() throws {
    let fresh = try DebuggerTests.session("linear 6 5")
    #expect(
      failure { () throws(DebuggerError) in try fresh.view(try fresh.layer(named: "0")) }?.message.contains("step")
        == true)
    let session = try session("mlp 6 5 4 tanh")
    let message = failure { () throws(DebuggerError) in try session.layer(named: "1") }?.message
    #expect(message == "1 has no adapter; there are 0, 2")
    let none = try DebuggerTests.session("linear 6 5") { $0.lora.targetModules = .none }
    #expect(
      failure { () throws(DebuggerError) in try none.layer(named: "0") }?.message.contains("no module has an adapter")
        == true)
  }
}
