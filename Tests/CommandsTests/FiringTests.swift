import Commands
import Debugger
import TestSupport
import Testing
import Training

@Suite("How often hooks fire, and what a step's events are")
struct FiringTests {
  private func fired(_ sitting: Sitting, _ target: String, _ hook: Int) throws -> Double {
    sitting.type("print fired(\(target), \(hook))")
    return try #require(
      sitting.messages.compactMap { if case .printed(_, .number(let count), _) = $0 { count } else { nil } }.first)
  }

  private func events(_ sitting: Sitting) -> [String] {
    var all: [String] = []
    repeat {
      sitting.type("event")
      all += sitting.messages.compactMap {
        if case .event(let event, let graph) = $0 { describe(event, in: graph) } else { nil }
      }
    } while sitting.session.isInsideStep
    return all
  }

  @Test("a Linear used three times: its parameters' hooks fire once, its module's hook three times")
  func shared() throws {
    let sitting = Sitting(
      "model mlp 5 5 5 5 shared=on", "set target_modules none", "hook all", "hook 0 at module", "step")
    #expect(try fired(sitting, "0.weight", 1) == 1 && (try fired(sitting, "0.bias", 1)) == 1)
    #expect(sitting.session.observed?.reading(hook: 2, site: .module(0))?.timesFired == 3)
  }

  @Test("an adapter on it is one adapter: A and B fire once each")
  func sharedAdapter() throws {
    let sitting = Sitting("model mlp 5 5 5 5 shared=on", "hook all", "hook 0.lora_B at module", "step")
    #expect(sitting.session.graph?.parameters.filter(\.requiresGrad).count == 2)
    #expect(try fired(sitting, "0.lora_A", 1) == 1 && (try fired(sitting, "0.lora_B", 1)) == 1)
  }

  @Test("a tied embedding's hook fires once, with the sum of both uses")
  func tied() throws {
    let sitting = Sitting(
      "model transformer tie_word_embeddings=on num_hidden_layers=1", "set target_modules none",
      "hook *embed_tokens.weight",
      "step")
    #expect(sitting.session.graph?.parameter(named: "base_model.model.lm_head.weight") == 0)
    #expect(try fired(sitting, "model.embed_tokens.weight", 1) == 1)
    sitting.type("expect c(model.embed_tokens.weight) ~= 1 within 1e-3")
    #expect(sitting.text.hasPrefix("ok"))
  }

  @Test("checkpointing: forward runs twice, hooks fire once", arguments: ["mlp 5 4 3", "transformer"])
  func checkpointing(words: String) throws {
    let sitting = Sitting("model \(words)", "hook all", "hook *q_proj.lora_B at module", "hook 0.lora_B at module")
    let plain = events(sitting)
    sitting.type("set checkpointing on")
    let twice = events(sitting)
    let again = twice.filter { $0.contains("again") }
    #expect(!again.isEmpty && !plain.contains { $0.contains("again") })
    #expect(twice.filter { $0.hasPrefix("hook") }.count == plain.filter { $0.hasPrefix("hook") }.count)
    // Everything that a checkpointed segment ran is run again, once the loss has been differentiated.
    let first = twice.filter {
      $0.hasPrefix("forward") && !$0.contains("again") && (words != "transformer" || $0.contains("layers."))
    }
    #expect(again.count == first.count)
    #expect(
      try #require(twice.firstIndex { $0.contains("again") })
        > (try #require(twice.firstIndex { $0.hasPrefix("loss") })))
  }

  @Test("only rank 0's hooks are seen; the all-reduce comes before unscaling, that before clipping")
  func order() throws {
    let sitting = Sitting(
      "model linear 5 4", "hook all", "set replicas 2", "set gradient_accumulation_steps 2", "set loss_scale 8",
      "set max_grad_norm 0.1", "set clip_value 0.05", "set scheduler step")
    let all = events(sitting)
    #expect(all.filter { $0.hasPrefix("loss") }.count == 4 && all.filter { $0.contains("replica 1") }.count == 2)
    #expect(try fired(sitting, "0.lora_B", 1) == 2)
    let places = try [
      "all-reduce", "unscale", "clip_grad_norm_", "clip_grad_value_", "optimizer wrote", "scheduler", "zero_grad",
    ]
    .map { start in try #require(all.firstIndex { $0.hasPrefix(start) }, "\(start)") }
    #expect(places == places.sorted())
  }

  @Test("scheduler.step() ahead of optimizer.step() is seen ahead of it")
  func schedulerFirst() throws {
    let sitting = Sitting("model linear 5 4", "set scheduler step", "set scheduler_order before")
    let all = events(sitting)
    let (scheduler, optimizer) = (
      all.firstIndex { $0.hasPrefix("scheduler") }, all.firstIndex { $0.hasPrefix("optimizer") }
    )
    #expect(try #require(scheduler) < (try #require(optimizer)))
  }
}
