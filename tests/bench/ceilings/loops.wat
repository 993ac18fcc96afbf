;; What one core can do at most with WebAssembly's 128-bit SIMD: the ceilings of the part `roofline`.
(module
  (memory (export "memory") 768)

  ;; `turns` times 12 multiply-adds of four lanes. Twelve chains hide the latency of both operations, and with x and y they fill 14 of 16
  ;; registers; each chain tends to y / (1 - x), so that no value becomes large, small or subnormal.
  (func (export "multiplyAdd") (param $turns i32) (param $x f32) (param $y f32) (result f32)
    (local $xs v128) (local $ys v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128) (local $a4 v128) (local $a5 v128) (local $a6 v128) (local $a7 v128) (local $a8 v128) (local $a9 v128) (local $a10 v128) (local $a11 v128)
    (local.set $xs (f32x4.splat (local.get $x)))
    (local.set $ys (f32x4.splat (local.get $y)))
    (loop $again
      (local.set $a0 (f32x4.add (f32x4.mul (local.get $a0) (local.get $xs)) (local.get $ys)))
      (local.set $a1 (f32x4.add (f32x4.mul (local.get $a1) (local.get $xs)) (local.get $ys)))
      (local.set $a2 (f32x4.add (f32x4.mul (local.get $a2) (local.get $xs)) (local.get $ys)))
      (local.set $a3 (f32x4.add (f32x4.mul (local.get $a3) (local.get $xs)) (local.get $ys)))
      (local.set $a4 (f32x4.add (f32x4.mul (local.get $a4) (local.get $xs)) (local.get $ys)))
      (local.set $a5 (f32x4.add (f32x4.mul (local.get $a5) (local.get $xs)) (local.get $ys)))
      (local.set $a6 (f32x4.add (f32x4.mul (local.get $a6) (local.get $xs)) (local.get $ys)))
      (local.set $a7 (f32x4.add (f32x4.mul (local.get $a7) (local.get $xs)) (local.get $ys)))
      (local.set $a8 (f32x4.add (f32x4.mul (local.get $a8) (local.get $xs)) (local.get $ys)))
      (local.set $a9 (f32x4.add (f32x4.mul (local.get $a9) (local.get $xs)) (local.get $ys)))
      (local.set $a10 (f32x4.add (f32x4.mul (local.get $a10) (local.get $xs)) (local.get $ys)))
      (local.set $a11 (f32x4.add (f32x4.mul (local.get $a11) (local.get $xs)) (local.get $ys)))
      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a1)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a2)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a3)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a4)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a5)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a6)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a7)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a8)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a9)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a10)))
    (local.set $a0 (f32x4.add (local.get $a0) (local.get $a11)))
    (f32x4.extract_lane 0 (local.get $a0)))

  ;; `turns` times copies `bytes`, a multiple of 64, from address 0 to right behind.
  (func (export "copy") (param $turns i32) (param $bytes i32)
    (local $at i32) (local $to i32)
    (loop $again
      (local.set $at (i32.const 0))
      (loop $next
        (local.set $to (i32.add (local.get $at) (local.get $bytes)))
        (v128.store (local.get $to) (v128.load (local.get $at)))
        (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $at)))
        (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $at)))
        (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $at)))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $bytes))))
      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))))
