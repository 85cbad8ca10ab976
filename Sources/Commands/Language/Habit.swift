import Debugger

/// What somebody who knows gdb or PyTorch types, and what says it here. The answer to an unknown command and two
/// pages of help read these tables; to add a habit, add a line.
struct Habit: Sendable {
  /// The ways to type it, without parentheses.
  let typed: [String]
  let here: String

  static let gdb = [
    Habit("next, n, step", "step: an optimizer step as a whole"),
    Habit("stepi, si, nexti, ni", "event: the smallest thing to stop at inside a step"),
    Habit("reverse-step, reverse-next, rn", "back"),
    Habit("reverse-stepi, reverse-nexti, rni, rsi", "reverse-event"),
    Habit("run, start", "restart: to the beginning of this branch"),
    Habit("kill, reset, file", "new, and then a model; or: load model DIR"),
    Habit("bt, backtrace, where, frame, up, down", "info step, info timeline; explain tells how the update came about"),
    Habit("list, l", "info model, info data; help lists the commands"),
    Habit("x, output, call, inspect", "print EXPR: print/x hook(0.lora_B) shows the bits, print/a all elements"),
    Habit("whatis, ptype", "info params, info module NAME"),
    Habit("condition", "break 0.lora_B if loss > 2"),
    Habit("ignore", "continue N stops for the N-th time"),
    Habit("commands", "display EXPR shows an expression at every stop"),
    Habit("clear", "delete removes breakpoints; Ctrl-L paints the screen again"),
    Habit("checkpoint", "branch NAME, and goto STEP; save checkpoint FILE.safetensors"),
    Habit("apropos", "help NAME; Tab completes"),
    Habit("shell, make, python, !", "no shell in here: Ctrl-Z leaves for it, and fg comes back"),
  ]

  static let pytorch = [
    Habit("optimizer.step, opt.step", "step"),
    Habit("loss.backward, backward", "event goes through backward() node by node; step does all of it"),
    Habit("zero_grad", "every step does it; set zero_grad off forgets it"),
    Habit("scheduler.step, get_last_lr", "info lr; set scheduler linear; set scheduler_order before"),
    Habit("manual_seed", "set seed N"),
    Habit("nn.Linear, nn.Sequential, Linear", "model linear 16 16, model mlp 16 64 16"),
    Habit("SGD, Adam, AdamW", "set optimizer adamw; set lr 1e-3"),
    Habit("LoraConfig, get_peft_model", "set r 8; set lora_alpha 16; set target_modules q_proj,v_proj"),
    Habit("from_pretrained", "load model DIR, load adapter DIR"),
    Habit("save_pretrained, torch.save", "save adapter DIR, save checkpoint FILE.safetensors"),
    Habit(
      "parameters, named_parameters, state_dict, print_trainable_parameters",
      "info params; print/a after(0.lora_B) shows a value"),
    Habit("named_modules, modules, get_submodule", "info model, info module NAME"),
    Habit("register_hook", "hook 0.lora_B at tensor"),
    Habit("register_post_accumulate_grad_hook", "hook 0.lora_B at post_accumulate"),
    Habit("register_full_backward_hook", "hook 0 at module"),
    Habit("register_full_backward_pre_hook", "hook 0 at module_pre"),
    Habit("register_step_pre_hook, register_step_post_hook", "hook all at step_pre, hook all at step_post"),
    Habit("clip_grad_norm_, clip_grad_value_", "set max_grad_norm X, set clip_value X"),
    Habit("merge_adapter, disable_adapter", "set merged on, set adapters off"),
    Habit("autocast, GradScaler", "set dtype bfloat16 (parameters too, no autocast); set loss_scale X"),
    Habit("no_sync", "set gradient_accumulation_steps N"),
  ]

  /// Names of the HF Trainer's arguments, which somebody may `set`.
  static let trainer = [
    Habit("fp16, bf16", "set dtype bfloat16 (parameters too, no autocast); set loss_scale X"),
    Habit("batch_size, per_device_train_batch_size", "an option of the data: data regression batch=N"),
    Habit("max_steps, num_train_epochs, epochs", "step N takes N steps; set total_steps N is the schedule's end"),
    Habit("lr_scheduler_type", "set scheduler linear"),
    Habit("adam_beta1, adam_beta2", "set betas B1 B2"),
    Habit("adam_epsilon", "set eps X"),
    Habit("gradient_checkpointing", "set checkpointing on"),
    Habit("model_name_or_path", "load model DIR"),
  ]

  private init(_ typed: String, _ here: String) {
    (self.typed, self.here) = (typed.split(separator: ", ").map(String.init), here)
  }

  /// The habit behind a word that is no command: `bt`, `x/4f`, `optimizer.step()`, `torch.manual_seed(0)`.
  static func behind(_ word: String) -> Habit? {
    let name = word.prefix { $0 != "(" && $0 != "/" }
    return gdb.first { $0.typed.contains(String(name)) }
      ?? pytorch.first { $0.typed.contains { name == $0 || name.hasSuffix("." + $0) } }
      ?? (word.hasPrefix("!") ? gdb.last : nil)
  }
}
