;; The inner loop of the search, 16 bytes a step, since JavaScript has no vector instructions. For three neighbouring bytes it looks up,
;; by the low and by the high half of each, which of eight groups of fingerprints may have such a byte in that place. Where a group is
;; left in all six answers, a fingerprint may begin. The method is known as Teddy, from Intel's Hyperscan. Groups mix their members'
;; halves of bytes up; so each such place is looked at again, by its two pairs of neighbouring bytes, before JavaScript is called.
;;
;; Memory: six tables of 16 bytes from 0, the data from 128, the table of pairs from 131072: a byte for each two bytes, the first of
;; which is the lower half of the index. vector-module.ts names these places.
(module
  (memory (export "memory") 3)

  ;; The first place from $at on where a fingerprint may stand; $to or more when there is none before $to.
  (func (export "find") (param $at i32) (param $to i32) (result i32)
    (local $low0 v128) (local $high0 v128)
    (local $low1 v128) (local $high1 v128)
    (local $low2 v128) (local $high2 v128)
    (local $bytes v128)
    (local $groups v128) ;; which are left, for each of the 16 places
    (local $places i32) ;; a bit for each place where one is left
    (local $place i32)

    (local.set $low0 (v128.load align=1 (i32.const 0)))
    (local.set $high0 (v128.load offset=16 align=1 (i32.const 0)))
    (local.set $low1 (v128.load offset=32 align=1 (i32.const 0)))
    (local.set $high1 (v128.load offset=48 align=1 (i32.const 0)))
    (local.set $low2 (v128.load offset=64 align=1 (i32.const 0)))
    (local.set $high2 (v128.load offset=80 align=1 (i32.const 0)))

    (block $end
      (loop $step
        (br_if $end (i32.ge_s (local.get $at) (local.get $to)))

        (local.set $bytes (v128.load offset=128 align=1 (local.get $at)))
        (v128.and
          (i8x16.swizzle (local.get $low0) (v128.and (local.get $bytes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (i8x16.swizzle (local.get $high0) (i8x16.shr_u (local.get $bytes) (i32.const 4))))

        (local.set $bytes (v128.load offset=129 align=1 (local.get $at)))
        (v128.and
          (i8x16.swizzle (local.get $low1) (v128.and (local.get $bytes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (i8x16.swizzle (local.get $high1) (i8x16.shr_u (local.get $bytes) (i32.const 4))))
        v128.and

        (local.set $bytes (v128.load offset=130 align=1 (local.get $at)))
        (v128.and
          (i8x16.swizzle (local.get $low2) (v128.and (local.get $bytes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
          (i8x16.swizzle (local.get $high2) (i8x16.shr_u (local.get $bytes) (i32.const 4))))
        v128.and

        (v128.any_true (local.tee $groups))
        (if
          (then
            (local.set $places
              (i8x16.bitmask (i8x16.ne (local.get $groups) (v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0))))
            (loop $next
              (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $places))))
              ;; Bit 1 of a pair: some fingerprint's first two bytes; bit 2: its last two.
              (if
                (i32.and
                  (i32.and
                    (i32.shl (i32.load8_u offset=131072 (i32.load16_u offset=128 align=1 (local.get $place))) (i32.const 1))
                    (i32.load8_u offset=131072 (i32.load16_u offset=129 align=1 (local.get $place))))
                  (i32.const 2))
                (then (return (local.get $place))))
              ;; Without its lowest bit.
              (br_if $next
                (local.tee $places
                  (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))))))

        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $step)))
    (local.get $to)))
