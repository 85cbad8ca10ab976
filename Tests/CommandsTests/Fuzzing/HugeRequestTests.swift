import Commands
import Testing

@Suite("Requests that are too large") struct HugeRequestTests {
  @Test(
    "are refused at once, whatever is too large about them",
    arguments: [
      "model linear 16777216 16777216", "model linear 99999999999 1", "model mlp 16000000 16000000 16000000",
      "model transformer vocab_size=16777216 hidden_size=16777216", "model transformer num_hidden_layers=16777216",
      "model transformer hidden_size=16777216 intermediate_size=16777216 num_hidden_layers=1024",
      "model transformer num_attention_heads=16777216 head_dim=16777216", "rank 65537", "rank 9223372036854775807",
      "set rank_pattern 0=9223372036854775807", "set rank_pattern 0=1e300", "set replicas 1025", "set threads 257",
      "set gradient_accumulation_steps 65537", "set total_steps 9223372036854775807",
      "data regression batch=1000000000", "data regression batches=1000000000",
      "data regression batch=0 batches=1000000000", "data classification batch=1000000 batches=1000000",
      "data regression batch=9223372036854775807", "step 1000000001", "goto 9223372036854775807",
      "goto 0:9223372036854775807", "back 1000000000", "reverse-event 1000000000", "hook \(stars)", "select \(stars)",
      "set target_modules \(stars)", "set target_modules (x\(stars))\(stars)",
    ])
  func refused(line: String) {
    let sitting = Sitting("model linear 3 2", "hook all", "step 2")
    let before = sitting.session.digest
    let time = ContinuousClock().measure { #expect(sitting.type(line) == .failed, "\(sitting.text)") }
    #expect(time < .seconds(5))
    #expect(sitting.session.digest == before)
  }

  private static let stars = String(repeating: "*a", count: 200)

  @Test("as tokens are refused at once")
  func tokens() {
    let sitting = Sitting("model transformer num_hidden_layers=1 max_position_embeddings=16777216")
    for option in ["length=1000000000", "length=16777216", "batch=1000000000", "batches=1000000000"] {
      let time = ContinuousClock().measure { #expect(sitting.type("data tokens \(option)") == .failed) }
      #expect(time < .seconds(5), "\(option)")
    }
  }

  @Test("are obeyed until Ctrl-C where they are only long", arguments: ["step 1000000000", "event 1000000000"])
  func long(line: String) {
    let sitting = Sitting("model linear 3 2")
    sitting.interruptAfter(100)
    #expect(sitting.type(line) == .interrupted)
  }

  @Test("are obeyed until Ctrl-C where nothing else ends them", arguments: ["until loss < -1", "continue 1000000000"])
  func endless(line: String) {
    let sitting = Sitting("model linear 3 2", "watch loss")
    sitting.interruptAfter(500)
    // A watch stops `until` at the first step; `continue` counts it.
    if line.hasPrefix("until") { sitting.type("delete") }
    #expect(sitting.type(line) == .interrupted)
  }
}
