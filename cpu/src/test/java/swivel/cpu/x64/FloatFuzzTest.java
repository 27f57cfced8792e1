package swivel.cpu.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import swivel.arm.Fpscr;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.FpRegisters;
import swivel.cpu.Processor;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.jit.JitProcessor;
import swivel.memory.GuestMemory;

/**
 * Random sequences of floating-point instructions on few registers, so that they overlap, with numbers at all edges
 * and in all modes, do in emitted code what they do in the interpreter; every register and FPSCR included.
 *
 * <p>{@code -Dswivel.fuzz.seed=N -Dswivel.fuzz.rounds=N} give others, and more.
 */
class FloatFuzzTest {
    private static final int RAM_SIZE = 1 << 18;
    private static final int CODE = 0x8000;
    private static final int DATA = 0x3000;
    private static final int STATES = 40;
    private static final int PROGRAMS = 400;

    /**
     * {@code %s}, {@code %d}, {@code %q}: a register; {@code %r}: r0 to r3; {@code %c}: a condition; {@code %n}: 1 to
     * 16.
     */
    private static final String[] INSTRUCTIONS = """
            vadd%c.f32 %s, %s, %s
            vsub.f32 %s, %s, %s
            vmul.f32 %s, %s, %s
            vmul%c.f32 %s, %s, %s
            vnmul.f32 %s, %s, %s
            vdiv.f32 %s, %s, %s
            vmla.f32 %s, %s, %s
            vmls.f32 %s, %s, %s
            vnmla.f32 %s, %s, %s
            vnmls%c.f32 %s, %s, %s
            vfma.f32 %s, %s, %s
            vfms.f32 %s, %s, %s
            vfnma.f32 %s, %s, %s
            vfnms.f32 %s, %s, %s
            vsqrt.f32 %s, %s
            vadd.f64 %d, %d, %d
            vadd.f64 %d, %d, %d
            vsub%c.f64 %d, %d, %d
            vmul.f64 %d, %d, %d
            vmul.f64 %d, %d, %d
            vnmul%c.f64 %d, %d, %d
            vdiv.f64 %d, %d, %d
            vmla.f64 %d, %d, %d
            vmls.f64 %d, %d, %d
            vnmla.f64 %d, %d, %d
            vnmls.f64 %d, %d, %d
            vfma%c.f64 %d, %d, %d
            vfms.f64 %d, %d, %d
            vfnma.f64 %d, %d, %d
            vfnms.f64 %d, %d, %d
            vsqrt.f64 %d, %d
            vcmp.f32 %s, %s
            vcmpe.f32 %s, %s
            vcmp.f32 %s, #0
            vcmpe%c.f32 %s, #0
            vcmp.f64 %d, %d
            vcmpe.f64 %d, %d
            vcmp%c.f64 %d, #0
            vcmpe.f64 %d, #0
            vcmp.f64 %d, %d; vmrs apsr_nzcv, fpscr; mov%c %r, #5
            vcmpe.f64 %d, %d; vmrs apsr_nzcv, fpscr; vmov%c.f64 %d, %d
            vcmpe.f32 %s, %s; vmrs apsr_nzcv, fpscr; add%c %r, %r, #1; vadd%c.f32 %s, %s, %s
            vcmp.f32 %s, #0; vmrs apsr_nzcv, fpscr; ldr%c %r, [r8]; sbc %r, %r, %r
            vcmp.f64 %d, %d; vmrs apsr_nzcv, fpscr; vadd.f64 %d, %d, %d; add%c %r, %r, #1
            vmrs%c apsr_nzcv, fpscr
            vcvt.f64.f32 %d, %s
            vcvt.f32.f64 %s, %d
            vcvt.f32.s32 %s, %s
            vcvt%c.f32.u32 %s, %s
            vcvt.f64.s32 %d, %s
            vcvt.f64.u32 %d, %s
            vcvt.s32.f32 %s, %s
            vcvt.u32.f32 %s, %s
            vcvt%c.s32.f64 %s, %d
            vcvt.u32.f64 %s, %d
            vcvtr.s32.f32 %s, %s
            vcvtr.u32.f32 %s, %s
            vcvtr.s32.f64 %s, %d
            vcvtr.u32.f64 %s, %d
            vcvt.f32.s16 s3, s3, #%n
            vcvt.f32.u16 s3, s3, #%n
            vcvt.f32.s32 s3, s3, #%n
            vcvt.f32.u32 s3, s3, #%n
            vcvt.f64.s16 d1, d1, #%n
            vcvt.f64.u16 d1, d1, #%n
            vcvt.f64.s32 d1, d1, #%n
            vcvt.f64.u32 d1, d1, #%n
            vcvt.s32.f32 s3, s3, #%n
            vcvt.u32.f32 s3, s3, #%n
            vcvt.s16.f32 s3, s3, #%n
            vcvt.u16.f32 s3, s3, #%n
            vcvt.s32.f64 d1, d1, #%n
            vcvt.u32.f64 d1, d1, #%n
            vcvt.s16.f64 d1, d1, #%n
            vcvt.u16.f64 d1, d1, #%n
            vcvtb.f16.f32 %s, %s
            vcvtt%c.f16.f32 %s, %s
            vcvtb.f32.f16 %s, %s
            vcvtt.f32.f16 %s, %s
            vmov.f32 %s, %s
            vmov%c.f64 %d, %d
            vabs.f32 %s, %s
            vabs.f64 %d, %d
            vneg%c.f32 %s, %s
            vneg.f64 %d, %d
            vmov.f32 %s, #1.5
            vmov.f64 %d, #-0.25
            vmov %s, %r
            vmov%c %r, %s
            vmov %d, %r, r4
            vmov r4, r5, %d
            vmov s2, s3, %r, r4
            vldr.f64 %d, [r8]
            vldr.f64 %d, [r8, #8]
            vldr%c.f32 %s, [r8, #16]
            vstr.f64 %d, [r8, #24]
            vstr%c.f32 %s, [r8, #32]
            vldmia r8, {d0-d2}
            vstmia r8, {s3-s8}
            ldr %r, [r8, #4]
            adds %r, %r, r4
            cmp %r, %r
            vmrs %r, fpscr
            vmsr fpscr, r6
            """.split("\n");

    /** Types of elements in braces: one of them. */
    static final String[] VECTORS = """
            vadd.{i8,i16,i32,i64} %q, %q, %q
            vadd.{i8,i16,i32,i64} %d, %d, %d
            vsub.{i8,i16,i32,i64} %q, %q, %q
            vmul.{i8,i16,i32} %q, %q, %q
            vmul.{i8,i16,i32,p8} %d, %d, %d
            vmla.{i8,i16,i32} %q, %q, %q
            vmls.{i8,i16,i32} %d, %d, %d
            vmul.{i16,i32} %q, %q, d2[1]
            vmla.{i16,i32} %d, %d, d3[0]
            vmull.{s8,s16,s32,u8,u16,u32,p8} %q, %d, %d
            vmlal.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vmlsl.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vmull.{s16,s32,u16,u32} %q, %d, d4[1]
            vaddl.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vsubl.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vaddw.{s8,s16,s32,u8,u16,u32} %q, %q, %d
            vsubw.{s8,s16,s32,u8,u16,u32} %q, %q, %d
            vaddhn.{i16,i32,i64} %d, %q, %q
            vraddhn.{i16,i32,i64} %d, %q, %q
            vsubhn.{i16,i32,i64} %d, %q, %q
            vrsubhn.{i16,i32,i64} %d, %q, %q
            vhadd.{s8,s16,s32,u8,u16,u32} %q, %q, %q
            vrhadd.{s8,s16,s32,u8,u16,u32} %q, %q, %q
            vhsub.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vqadd.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, %q
            vqadd.{s8,s16,u8,u16} %d, %d, %d
            vqsub.{s8,s16,s32,s64,u8,u16,u32,u64} %d, %d, %d
            vqsub.{s32,s64,u32,u64} %q, %q, %q
            vqadd.{s32,s64,u32,u64} %d, %d, %d
            vabd.{s8,s16,s32,u8,u16,u32} %q, %q, %q
            vaba.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vabdl.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vabal.{s8,s16,s32,u8,u16,u32} %q, %d, %d
            vmax.{s8,s16,s32,u8,u16,u32} %q, %q, %q
            vmin.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vpmax.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vpmin.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vpadd.{i8,i16,i32} %d, %d, %d
            vpaddl.{s8,s16,s32,u8,u16,u32} %q, %q
            vpadal.{s8,s16,s32,u8,u16,u32} %d, %d
            vceq.{i8,i16,i32} %q, %q, %q
            vcgt.{s8,s16,s32,u8,u16,u32} %q, %q, %q
            vcge.{s8,s16,s32,u8,u16,u32} %d, %d, %d
            vcgt.{s8,s16,s32} %q, %q, #0
            vcge.{s8,s16,s32} %d, %d, #0
            vcle.{s8,s16,s32} %q, %q, #0
            vclt.{s8,s16,s32} %d, %d, #0
            vceq.{i8,i16,i32} %q, %q, #0
            vtst.{8,16,32} %q, %q, %q
            vand %q, %q, %q
            vbic %d, %d, %d
            vorr %q, %q, %q
            vorn %d, %d, %d
            veor %q, %q, %q
            vbsl %q, %q, %q
            vbit %d, %d, %d
            vbif %q, %q, %q
            vmvn %q, %q
            vneg.{s8,s16,s32} %q, %q
            vabs.{s8,s16,s32} %d, %d
            vqneg.{s8,s16,s32} %q, %q
            vqabs.{s8,s16,s32} %d, %d
            vcnt.8 %q, %q
            vclz.{i8,i16,i32} %d, %d
            vclz.{i8,i16,i32} %q, %q
            vcls.{s8,s16,s32} %q, %q
            vcls.{s8,s16,s32} %d, %d
            vmul.p8 %q, %q, %q
            vmovl.{s8,s16,s32,u8,u16,u32} %q, %d
            vmovn.{i16,i32,i64} %d, %q
            vqmovn.{s16,s32,s64,u16,u32,u64} %d, %q
            vqmovun.{s16,s32,s64} %d, %q
            vshl.{i16,i32,i64} %q, %q, #{1,7,15}
            vshl.i8 %d, %d, #3
            vshl.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, %q
            vrshl.{s8,s16,s32,s64,u8,u16,u32,u64} %d, %d, %d
            vqshl.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, %q
            vqrshl.{s8,s16,s32,s64,u8,u16,u32,u64} %d, %d, %d
            vshr.s8 q2, %q, #{1,2,4}; vshl.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, q2
            vshr.s8 q2, %q, #{1,2,4}; vrshl.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, q2
            vshr.s8 d5, %d, #{1,2,4}; vqshl.{s8,s16,s32,s64,u8,u16,u32,u64} %d, %d, d5
            vshr.s8 q2, %q, #{1,2,4}; vqrshl.{s8,s16,s32,s64,u8,u16,u32,u64} %q, %q, q2
            vqshl.{s8,u8} %q, %q, #{0,1,7}
            vqshl.{s16,u16,s32,u32,s64,u64} %q, %q, #{0,1,9,15}
            vqshlu.s8 %d, %d, #{0,1,7}
            vqshlu.{s16,s32,s64} %q, %q, #{0,1,9,15}
            vshr.{s16,s32,s64,u16,u32,u64} %q, %q, #%n
            vshr.{s8,u8} %d, %d, #{1,3,8}
            vsra.{s16,s32,s64,u16,u32,u64} %d, %d, #%n
            vrshr.{s16,s32,s64,u16,u32,u64} %q, %q, #%n
            vrshr.{s8,u8} %q, %q, #{1,3,8}
            vrsra.{s16,s32,s64,u16,u32,u64} %q, %q, #%n
            vsli.{16,32,64} %q, %q, #{1,7,15}
            vsri.{16,32,64} %d, %d, #%n
            vsri.8 %q, %q, #{1,5,8}
            vshll.{s8,u8,s16,u16,s32,u32} %q, %d, #{1,5,7}
            vshll.i8 %q, %d, #8
            vshrn.{i16,i32,i64} %d, %q, #{1,5,8}
            vrshrn.{i16,i32,i64} %d, %q, #{1,5,8}
            vqshrn.{s16,s32,s64,u16,u32,u64} %d, %q, #{1,5,8}
            vqrshrn.{s16,s32,s64,u16,u32,u64} %d, %q, #{1,5,8}
            vqshrun.{s16,s32,s64} %d, %q, #{1,5,8}
            vqrshrun.{s16,s32,s64} %d, %q, #{1,5,8}
            vqdmulh.{s16,s32} %q, %q, %q
            vqdmull.{s16,s32} %q, %d, %d
            vqrdmulh.{s16,s32} %d, %d, d3[1]
            vqrdmulh.{s16,s32} %q, %q, %q
            vqdmulh.{s16,s32} %d, %d, d4[1]
            vqdmlal.{s16,s32} %q, %d, %d
            vqdmlsl.{s16,s32} %q, %d, d4[0]
            vext.8 %q, %q, %q, #{0,3,8,15}
            vext.8 %d, %d, %d, #{0,3,7}
            vrev64.{8,16,32} %q, %q
            vrev32.{8,16} %d, %d
            vrev16.8 %q, %q
            vdup.{8,16,32} %q, d1[1]
            vdup.{8,16,32} %d, %r
            vdup.{8,16,32} %q, %r
            vmov.i32 %q, #{0,0xff}
            vmov.i8 %d, #0x5a
            vmov.i64 %q, #0xff00ff
            vorr.i16 %q, #0x100
            vtbl.8 %d, {d1}, %d
            vtbl.8 %d, {d1,d2}, %d
            vtbl.8 %d, {d2,d3,d4}, %d
            vtbx.8 %d, {d0,d1,d2,d3}, %d
            vtbx.8 %d, {d3}, %d
            vswp %d, d5
            vswp q0, q2
            vtrn.{8,16,32} q0, q1
            vtrn.{8,16,32} d2, d5
            vzip.{8,16,32} q2, q1
            vzip.{8,16} d0, d3
            vuzp.{8,16,32} q0, q8
            vuzp.{8,16} d1, d16
            vmov %q, %q
            vadd.f32 %q, %q, %q
            vsub.f32 %d, %d, %d
            vmul.f32 %q, %q, %q
            vmul.f32 %q, %q, d2[1]
            vmla.f32 %q, %q, %q
            vmls.f32 %d, %d, %d
            vfma.f32 %q, %q, %q
            vfms.f32 %d, %d, %d
            vabd.f32 %q, %q, %q
            vmax.f32 %q, %q, %q
            vmin.f32 %d, %d, %d
            vpadd.f32 %d, %d, %d
            vceq.f32 %q, %q, %q
            vcgt.f32 %d, %d, %d
            vcge.f32 %q, %q, %q
            vacgt.f32 %d, %d, %d
            vcle.f32 %q, %q, #0
            vneg.f32 %q, %q
            vabs.f32 %q, %q
            vcvt.{s32.f32,u32.f32,f32.s32,f32.u32} %q, %q
            vcvt.{s32.f32,u32.f32,f32.s32,f32.u32} %d, %d
            vcvt.f32.s32 %d, %d, #%n
            vcvt.s32.f32 %d, %d, #%n
            vcvt.{s32.f32,u32.f32,f32.s32,f32.u32} %q, %q, #{1,16}
            vcvt.{s32.f32,u32.f32,f32.s32,f32.u32} %q, %q, #{30,31,32}; vcvt.{f32.s32,f32.u32} %d, %d, #{31,32}
            vrecpe.f32 %q, %q
            vrecpe.f32 %d, %d
            vrsqrte.f32 %q, %q
            vrsqrte.f32 %d, %d
            vrecpe.u32 %q, %q
            vrsqrte.u32 %d, %d
            vrecps.f32 %q, %q, %q
            vrecps.f32 %d, %d, %d
            vrsqrts.f32 %q, %q, %q
            vrsqrts.f32 %d, %d, %d
            vmov.{8,16,32} %d[1], %r
            vmov.{s8,u16,32} %r, %d[1]
            vmov %d, %r, r4
            vldr.f64 %d, [r8, #8]
            vldr.f64 %d, [r8, #8]; vldr.f64 %d, [r8, #16]
            vldr.f64 d2, [r8, #16]; vldr.f64 d3, [r8, #24]; vldmia r8, {d4-d5}
            vldrge.f64 %d, [r8, #8]; vldrge.f64 %d, [r8, #16]; vldrge.f64 %d, [r8, #24]; vldrge.f64 %d, [r8, #28]
            vstr.f64 %d, [r8, #16]; vstr.f64 %d, [r8, #24]; vstr.f64 d1, [r8, #32]
            vld2.{8,16,32} {d0,d1}, [r8]
            vld3.16 {d2,d3,d4}, [r8]
            vst2.{8,16,32} {d1,d2}, [r8]
            vst3.16 {d0,d2,d4}, [r8]
            vst4.{8,16,32} {d1,d2,d3,d4}, [r8]
            vldmia r8, {d0-d3}
            vstmia r8, {d2-d3}
            vstr.f64 %d, [r8, #24]
            ldr%c %r, [r8, #4]
            vadd.f64 %d, %d, %d
            vmul%c.f32 %s, %s, %s
            vcmpe.f64 %d, %d; vmrs apsr_nzcv, fpscr; add%c %r, %r, #1
            vmov.f32 %s, %s
            vmrs %r, fpscr
            """.split("\n");

    private static final String[] CONDITIONS = "eq ne cs cc mi pl vs vc hi ls ge lt gt le".split(" ");
    static final Pattern CHOICE = Pattern.compile("(?<=[.#])\\{([^}]*)}");
    private static final Pattern PLACE = Pattern.compile("%[sdqrcn]");

    private final long seed = Long.getLong("swivel.fuzz.seed", 1);
    private final SplittableRandom random = new SplittableRandom(seed);

    private String instruction(String[] all) {
        String template = CHOICE.matcher(all[random.nextInt(all.length)].strip())
                .replaceAll(match -> {
                    String[] choices = match.group(1).split(",", -1);
                    return choices[random.nextInt(choices.length)];
                });
        return PLACE.matcher(template).replaceAll(match -> switch (match.group().charAt(1)) {
            case 's' -> "s" + random.nextInt(10);
            case 'd' -> "d" + (random.nextInt(8) == 0 ? 16 : random.nextInt(5));
            case 'q' -> "q" + (random.nextInt(8) == 0 ? 8 : random.nextInt(3));
            case 'r' -> "r" + random.nextInt(4);
            case 'n' -> "" + random.nextInt(1, 17);
            default -> random.nextInt(3) == 0 ? CONDITIONS[random.nextInt(CONDITIONS.length)] : "";
        });
    }

    @Test
    void emittedCodeComputesAsTheInterpreter() {
        for (int round = 0; round < Integer.getInteger("swivel.fuzz.rounds", 1); round++) {
            run(INSTRUCTIONS);
        }
    }

    @Test
    void emittedCodeComputesVectorsAsTheInterpreter() {
        for (int round = 0; round < Integer.getInteger("swivel.fuzz.rounds", 1); round++) {
            run(VECTORS);
        }
    }

    /** What a test or a program found once. */
    private static final String[] SEQUENCES = """
            vmul.f32 q1, q0, q0; vcls.s32 q0, q0; vabd.f32 q2, q0, q1
            vcmp.f32 s0, s1; vmrs apsr_nzcv, fpscr; vcvtb.f16.f32 s0, s2; addgt r1, r3, r4
            vcmp.f64 d0, d1; vmrs apsr_nzcv, fpscr; vmsr fpscr, r6; vcvt.f32.u32 s8, s5; vmovgt.f64 d5, d3; adds r1, r3, r4
            """.split("\n");

    @Test
    void sequencesThatWereEmittedWrong() {
        for (int round = 0; round < 25; round++) {
            compare(SEQUENCES.clone());
        }
    }

    private void run(String[] instructions) {
        String[] programs = new String[PROGRAMS];
        for (int i = 0; i < PROGRAMS; i++) {
            StringBuilder program = new StringBuilder();
            for (int n = random.nextInt(1, 16); n > 0; n--) {
                program.append(instruction(instructions)).append('\n');
            }
            programs[i] = program.toString();
        }
        compare(programs);
    }

    private void compare(String[] programs) {
        StringBuilder source = new StringBuilder(".fpu neon-vfpv4\n");
        for (int i = 0; i < programs.length; i++) {
            programs[i] = programs[i].strip().replace(';', '\n');
            source.append(programs[i]).append("\n svc #").append(i).append('\n');
        }
        int[] words = Assembler.assemble(CODE, source.toString());
        Side expected = new Side(TestEngine.INTERPRETER::create, words);
        Map<HostFeatures, Side> actual = new LinkedHashMap<>();
        for (HostFeatures host : hosts()) {
            actual.put(host, new Side(memory -> emitting(memory, host), words));
        }
        int place = CODE;
        for (String program : programs) {
            int end = place;
            while ((words[(end - CODE) / 4] & 0xff00_0000) != 0xef00_0000) {
                end += 4;
            }
            for (int i = 0; i < STATES; i++) {
                fill(expected, place);
                for (Side side : actual.values()) {
                    side.state.copy(expected.state);
                    side.memory(expected);
                }
                int[] before = expected.visible();
                Trap trap = expected.run();
                actual.forEach((host, side) -> {
                    assertEquals(trap, side.run(), program);
                    if (!Arrays.equals(expected.visible(), side.visible())) {
                        throw new AssertionError("seed " + seed + ", " + host + "\n" + program + "\n"
                                + differences(before, expected, side));
                    }
                });
            }
            place = end + 4;
        }
    }

    /** So few XMM registers that many operations do not get what they need. */
    private static final int FEW = 6;

    /** This one, and it without what not every host has. */
    private static Set<HostFeatures> hosts() {
        HostFeatures host = HostFeatures.detect();
        Set<HostFeatures> hosts = new LinkedHashSet<>();
        hosts.add(host);
        hosts.add(new HostFeatures(
                host.lzcnt(), host.bmi2(), host.sse41(), false, false, false, host.f16c(), host.xmm()));
        hosts.add(new HostFeatures(false, false, false, false, false, false, false, host.xmm()));
        hosts.add(new HostFeatures(
                host.lzcnt(), host.bmi2(), host.sse41(), host.avx(), host.avx2(), host.fma(), host.f16c(), FEW));
        return hosts;
    }

    private static JitProcessor emitting(GuestMemory memory, HostFeatures host) {
        return TestEngine.emitting(memory, (code, ram) -> new X64Backend(code, ram, false, host));
    }

    private static String differences(int[] before, Side expected, Side actual) {
        StringBuilder text = new StringBuilder();
        int[] x = expected.visible();
        int[] y = actual.visible();
        for (int i = 0; i < x.length; i++) {
            if (x[i] != y[i] || i < 10 || i == FpRegisters.FPSCR || i == FpRegisters.NZCV) {
                text.append("word %d: before %08x, interpreter %08x, emitted %08x%s%n"
                        .formatted(i, before[i], x[i], y[i], x[i] != y[i] ? " !" : ""));
            }
        }
        return text.toString();
    }

    private void fill(Side side, int place) {
        UserState state = side.state;
        for (int n = 0; n < UserState.PC; n++) {
            state.r[n] = random.nextBoolean() ? random.nextInt(256) : random.nextInt();
        }
        boolean plain = random.nextInt(4) != 0;
        state.r[6] = fpscr(plain);
        // Near the end of what is mapped, now and then
        state.r[8] = random.nextInt(6) == 0 ? DATA + GuestMemory.PAGE_SIZE - random.nextInt(10) * 4 : DATA;
        state.setPlace(place);
        state.setUserPsr(random.nextInt() & (Psr.NZCV | Psr.Q));
        int[] words = state.fp.words();
        for (int n = 0; n < FpRegisters.REGISTERS; n += 2) {
            pair(words, n);
        }
        words[FpRegisters.FPSCR] = fpscr(plain);
        words[FpRegisters.NZCV] = random.nextInt() & Fpscr.NZCV;
        for (int at = 0; at < 64; at += 4) {
            int[] pair = new int[2];
            pair(pair, 0);
            side.memory.write32(DATA + at, pair[at >> 2 & 1]);
        }
    }

    private int fpscr(boolean plain) {
        int any = random.nextInt() & Fpscr.WRITABLE & ~(Fpscr.NZCV | Fpscr.LEN | Fpscr.STRIDE);
        return random.nextInt(3) == 0 ? 0 : plain ? any & Fpscr.CUMULATIVE : any;
    }

    /** A double, or two singles. */
    private void pair(int[] words, int n) {
        if (random.nextBoolean()) {
            long bits = Double.doubleToRawLongBits(near());
            if (random.nextInt(4) == 0) {
                long edge = EDGES_F64[random.nextInt(EDGES_F64.length)] + random.nextInt(-1, 2);
                bits = edge ^ (random.nextBoolean() ? Long.MIN_VALUE : 0);
            }
            FpRegisters.setDoubleword(words, n / 2, bits);
        } else {
            words[n] = single();
            words[n + 1] = single();
        }
    }

    private double near() {
        return random.nextInt(3) == 0
                ? random.nextInt(-4, 5)
                : random.nextDouble(-8, 8) * Math.scalb(1.0, random.nextInt(6) == 0 ? random.nextInt(-40, 40) : 0);
    }

    private int single() {
        if (random.nextInt(4) != 0) {
            return random.nextInt(8) == 0 ? random.nextInt(-9, 9) : Float.floatToRawIntBits((float) near());
        }
        int edge = EDGES_F32[random.nextInt(EDGES_F32.length)] + random.nextInt(-1, 2);
        return edge ^ (random.nextBoolean() ? Integer.MIN_VALUE : 0);
    }

    private static final int[] EDGES_F32 = {
        0,
        0x0080_0000,
        0x0000_4000,
        0x0100_0000,
        0x1f80_0000,
        0x2000_0000,
        0x5f80_0000,
        0x3f80_0000,
        0x4f00_0000,
        0x4f80_0000,
        0x4b00_0000,
        0x7f00_0000,
        0x7f80_0000,
        0x7fc0_0000,
        0x7fa0_0000,
        0x7fff_ffff
    };

    private static final long[] EDGES_F64 = {
        0,
        1L << 52,
        1L << 33,
        1L << 53,
        0x1ff0_0000_0000_0000L,
        0x2000_0000_0000_0000L,
        0x3690_0000_0000_0000L,
        0x3810_0000_0000_0000L,
        0x3ff0_0000_0000_0000L,
        0x41df_ffff_ffc0_0000L,
        0x41e0_0000_0000_0000L,
        0x41ef_ffff_ffe0_0000L,
        0x41f0_0000_0000_0000L,
        0x47ef_ffff_e000_0000L,
        0x47f0_0000_0000_0000L,
        0x5fe0_0000_0000_0000L,
        0x7fe0_0000_0000_0000L,
        0x7ff0_0000_0000_0000L,
        0x7ff8_0000_0000_0000L,
        0x7ff4_0000_0000_0000L,
        Long.MAX_VALUE
    };

    /** A processor and what it runs on. */
    private static final class Side {
        final UserState state = new UserState();
        final GuestMemory memory = new GuestMemory(0, RAM_SIZE);
        private final Processor processor;
        private final AddressSpace space;

        Side(Function<GuestMemory, Processor> engine, int[] words) {
            for (int i = 0; i < words.length; i++) {
                memory.write32(CODE + 4 * i, words[i]);
            }
            processor = engine.apply(memory);
            space = processor.newAddressSpace(
                    (to, va, access) -> {
                        boolean mapped = va >= CODE || va >>> GuestMemory.PAGE_SHIFT == DATA >>> GuestMemory.PAGE_SHIFT;
                        if (mapped) {
                            to.map(va, va, true, true, true);
                        }
                        return mapped;
                    },
                    AddressSpace.Sensitive.EXECUTE);
        }

        Trap run() {
            return processor.run(state, space);
        }

        void memory(Side other) {
            for (int at = 0; at < 64; at += 4) {
                memory.write32(DATA + at, other.memory.read32(DATA + at));
            }
        }

        int[] visible() {
            int[] fp = state.fp.words();
            int[] all = Arrays.copyOf(fp, FpRegisters.WORDS + UserState.PC + 2 + 16);
            System.arraycopy(state.r, 0, all, FpRegisters.WORDS, UserState.PC + 1);
            all[FpRegisters.WORDS + UserState.PC + 1] = state.userPsr();
            for (int i = 0; i < 16; i++) {
                all[FpRegisters.WORDS + UserState.PC + 2 + i] = memory.read32(DATA + 4 * i);
            }
            return all;
        }
    }
}
