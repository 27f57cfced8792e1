package swivel.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Neon;
import swivel.arm.NeonOperation.ElementAccess;
import swivel.memory.GuestMemory;

/**
 * Random programs for {@link BlockFuzz}, of A32 and, by {@link T32FuzzPrograms}, of T32. One in three has much of VFP
 * and NEON, in modes that it sets.
 */
final class FuzzPrograms {
    /** No program is longer, in words. */
    static final int MAX_WORDS = 64;

    /** Supervisor calls up to this end a program. */
    static final int LAST_END = 7;

    private static final List<A32> COMPUTE = new ArrayList<>();
    private static final List<A32> ACCESS = new ArrayList<>();
    private static final List<A32> FLAGS = new ArrayList<>();
    /** Rows that mostly trap, or that the interpreter executes: without them programs are longer, and emitted. */
    private static final Set<A32> RARE = EnumSet.noneOf(A32.class);

    private static final int RARITY = 12;

    /** How often NEON_DATA is there beyond once: in its words are as many instructions as in all others. */
    static final int NEON_SHARE = 4;

    /** Rows whose transferred register must be even. */
    private static final Set<A32> PAIRS =
            EnumSet.of(A32.LDRD_IMM, A32.LDRD_REG, A32.STRD_IMM, A32.STRD_REG, A32.LDREXD, A32.STREXD);

    /**
     * Registers that {@link #fill} of a state gives addresses of data, and those that it gives small numbers: both
     * often stay.
     */
    static final int POINTERS = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << UserState.SP;

    static final int INDEXES = 1 << 11 | 1 << 12;
    private static final int[] POINTER = {7, 8, 9, 10, UserState.SP};
    private static final int[] INDEX = {11, 12};
    private static final int KEPT = POINTERS | INDEXES;

    static {
        for (A32 row : A32.values()) {
            String name = row.name();
            if (row.isSensitive()
                    || name.matches("(UNDEFINED|NEON|VFP|VM|CDP|MCR|MRC|MRRC|LDC|STC|BKPT|UDF|HVC|SMC).*")
                    || name.matches(
                            "(U|S|Q|UQ|SH|UH)(ADD|SUB|ASX|SAX).*|.*(SAT|SEL|QD?ADD|QD?SUB|XTAB16|XTB16|SAD|ML[AS]L?D|MML).*")) {
                RARE.add(row);
            }
            if (name.startsWith("LD") || name.startsWith("ST") || name.startsWith("SWP")) {
                ACCESS.add(row);
            } else if (name.matches("(CMP|CMN|TST|TEQ|ADD|SUB|ADC|SBC|RSB|RSC|AND|MOV|ORR)_.*")) {
                FLAGS.add(row);
                COMPUTE.add(row);
            } else if (row != A32.B && row != A32.SVC && row != A32.SETEND) {
                COMPUTE.add(row);
            }
        }
        COMPUTE.addAll(Collections.nCopies(NEON_SHARE, A32.NEON_DATA));
    }

    private final SplittableRandom random;
    private final IntSupplier kernelWords;
    private final T32FuzzPrograms t32;
    private final VfpFuzzWords vfp;

    final int[] words = new int[MAX_WORDS];
    int length;

    /**
     * Makes a source of programs.
     *
     * @param kernelWords gives instructions of a kernel, as its code has them; null: there is none
     */
    FuzzPrograms(SplittableRandom random, IntSupplier kernelWords) {
        this.random = random;
        this.kernelWords = kernelWords;
        this.vfp = new VfpFuzzWords(random);
        this.t32 = new T32FuzzPrograms(random, vfp);
    }

    /**
     * Makes {@link #words} a program.
     *
     * @param place its address, with T in bit 0
     * @param others places of other programs, which it may call
     */
    void next(int place, List<Integer> others) {
        length = 0;
        if ((place & 1) != 0) {
            length = t32.next(place & ~1, others, words);
        } else {
            fill(place, others);
        }
    }

    private void fill(int at, List<Integer> others) {
        boolean ofKernel = kernelWords != null && random.nextBoolean();
        int body = length + 4 + random.nextInt(32);
        int end = body + random.nextInt(12);
        boolean conditional = random.nextInt(3) == 0;
        boolean floating = random.nextInt(3) == 0;
        int condition = Fields.AL;
        while (length < end) {
            if (random.nextInt(3) == 0) {
                condition = random.nextInt(conditional ? 2 : 6) == 0 ? random.nextInt(14) : Fields.AL;
            }
            if (length == body) {
                put(0xef000000, condition);
            } else if ((at + 4 * length & GuestMemory.PAGE_SIZE - 1) == GuestMemory.PAGE_SIZE - 4) {
                put(access(), condition);
            } else if (random.nextInt(40) == 0) {
                exclusives(condition);
            } else if (floating && random.nextInt(3) > 0) {
                floating(condition);
            } else if (!others.isEmpty() && random.nextInt(60) == 0) {
                int other = others.get(random.nextInt(others.size()));
                int distance = (other & ~1) - (at + 4 * length + 8) >> 2 & 0xffffff;
                int call = (other & 1) != 0 ? 0xfa000000 : random.nextBoolean() ? 0x0b000000 : 0x0a000000;
                put(call | distance, condition);
            } else if (ofKernel && random.nextInt(5) == 0) {
                int word = kernelWords.getAsInt();
                words[length++] = word;
            } else {
                put(instruction(end - length), condition);
            }
        }
        if (random.nextBoolean()) {
            words[length++] = 0xe12fff1e; // bx lr
        }
        words[length++] = 0xef000001;
        words[length++] = 0xef000002;
    }

    /**
     * An instruction of VFP or NEON; or new modes; or the flags of FPSCR, by which the next instruction is conditional.
     */
    private void floating(int condition) {
        switch (random.nextInt(24)) {
            case 0 -> {
                int t = random.nextInt(7);
                if (random.nextInt(4) > 0) {
                    put(0x03c0_0837 | t << 16 | t << 12, condition); // bic rt, rt, #0x370000: no vectors
                }
                put(VfpFuzzWords.SET_STATUS | t << 12, condition);
            }
            case 1, 2 -> {
                put(VfpFuzzWords.FLAGS, condition);
                put(vfp.compute(), random.nextInt(14));
            }
            case 3, 4, 5, 6, 7 -> put(vfp.transfer(POINTER[random.nextInt(POINTER.length)]), condition);
            case 8, 9, 10 -> put(vfp.move(KEPT), condition);
            case 11, 12, 13, 14, 15, 16 -> put(RandomWords.neonData(random), Fields.AL);
            default -> put(vfp.compute(), condition);
        }
    }

    private void put(int word, int condition) {
        words[length++] = word >>> 28 == 15 ? word : word & 0x0fffffff | condition << 28;
    }

    /** The word of a program that changes itself which it changes. */
    static final int PAD = 10;

    /** The supervisor call behind it, which does not end the program. */
    static final int CHANGED = LAST_END + 1;

    /**
     * Makes {@link #words} a program that stores ADD r0, r0, #r1[7:0] through one of the other mappings of its page,
     * which r4 says, jumps to it and executes it. Half of them change the block that is running.
     *
     * @param writable the first of the mappings of the program, which lie a page apart
     * @param mappings how many, a power of two
     */
    void nextThatChangesItself(int writable, int mappings) {
        int pad = writable + 4 * PAD;
        int[] code = {
            0xe20120ff, // and r2, r1, #255
            0xe38224e2, // orr r2, r2, #0xe2000000
            0xe3822502, // orr r2, r2, #0x00800000: add r0, r0, #(r1 & 255)
            0xe3000000 | (pad & 0xf000) << 4 | pad & 0xfff | 3 << 12, // movw r3, pad
            0xe3400000 | (pad >>> 28) << 16 | pad >>> 16 & 0xfff | 3 << 12, // movt r3
            0xe2044000 | mappings - 1, // and r4, r4, #mappings - 1
            0xe0833604, // add r3, r3, r4, lsl #12
            0xe5832000, // str r2, [r3]
            0xe3a03000, // mov r3, #0: what follows shall not change itself
            random.nextBoolean() ? 0xeaffffff : 0xe1a00000, // b pad, or nop
            0xe1a00000, // pad
            0xef000000 | CHANGED, // svc
        };
        System.arraycopy(code, 0, words, 0, code.length);
        length = code.length;
        fill(0, List.of());
    }

    /** An instruction that jumps over less than {@code left} others. */
    int instruction(int left) {
        int kind = random.nextInt(100);
        if (kind < 40) {
            return keep(fill(pick(COMPUTE)));
        }
        if (kind < 65) {
            int word = keep(fill(pick(FLAGS)));
            return random.nextBoolean() ? word | 1 << 20 : word;
        }
        if (kind < 90) {
            return access();
        }
        int distance = random.nextInt(Math.min(left, 12)) - 1;
        int forward = distance & 0xffffff;
        return kind < 97 ? 0x0a000000 | forward : 0x0b000000 | forward;
    }

    private A32 pick(List<A32> rows) {
        A32 row;
        do {
            row = rows.get(random.nextInt(rows.size()));
        } while (RARE.contains(row) && random.nextInt(RARITY) > 0);
        return row;
    }

    /** Mostly gives an instruction another destination than the registers that are kept. */
    private int keep(int word) {
        for (int shift : new int[] {12, 16}) {
            if ((KEPT >>> (word >>> shift & 15) & 1) != 0 && random.nextInt(8) > 0) {
                int other = word & ~(15 << shift) | random.nextInt(7) << shift;
                word = A32.decode(other) == A32.decode(word) ? other : word;
            }
        }
        return word;
    }

    /** One in so many loads and stores is of elements of Advanced SIMD. */
    static final int ELEMENT_ACCESSES = 8;

    private static final int A32_ELEMENTS = 0xf4000000;

    /** A load or store of elements, as A32 has it. */
    static int elementAccess(SplittableRandom random) {
        for (; ; ) {
            int n = POINTER[random.nextInt(POINTER.length)];
            int m = random.nextInt(3) > 0 ? 13 + 2 * random.nextInt(2) : INDEX[random.nextInt(INDEX.length)];
            int word = A32_ELEMENTS | random.nextInt() & 0x00e0fff0 | n << 16 | m;
            if (Neon.decode(word).arguments(word) instanceof ElementAccess access && access.isPredictable()) {
                return word;
            }
        }
    }

    /** A load or store, mostly from a base that is an address, with a small offset or register list. */
    private int access() {
        if (random.nextInt(ELEMENT_ACCESSES) == 0) {
            return elementAccess(random);
        }
        A32 row = pick(ACCESS);
        int word = fill(row);
        if (random.nextInt(10) > 0) {
            word = replace(row, word, 16, POINTER[random.nextInt(POINTER.length)]);
            boolean indexed = row.name().contains("_REG");
            word = indexed ? replace(row, word, 0, INDEX[random.nextInt(INDEX.length)]) : word;
        }
        if (row == A32.LDM || row == A32.STM) {
            int list = random.nextBoolean() ? word & ~(random.nextInt() & 0xffff) : word;
            return list & (random.nextInt(4) > 0 ? ~(KEPT | 0x8000) : ~0x8000);
        }
        word = keepTransferred(row, word);
        if (random.nextInt(4) == 0 || Fields.bits(word, 27, 26) != 1) {
            return word;
        }
        return Fields.bit(word, 25) ? word & ~0xf00 : word & ~0xf80;
    }

    private int keepTransferred(A32 row, int word) {
        int t = word >>> 12 & 15;
        return (KEPT >>> t & 1) != 0 && random.nextInt(8) > 0 ? replace(row, word, 12, random.nextInt(3) * 2) : word;
    }

    /** Replaces a register, if the word stays of its row. */
    private static int replace(A32 row, int word, int shift, int register) {
        int other = word & ~(15 << shift) | register << shift;
        return A32.decode(other) == row ? other : word;
    }

    /** A word of a row; r15 only now and then, and only where it is not UNPREDICTABLE. */
    private int fill(A32 row) {
        int word;
        do {
            word = row == A32.NEON_DATA ? RandomWords.neonData(random) : row.canonical(random.nextInt());
        } while (A32.decode(word) != row);
        if (PAIRS.contains(row)) {
            word = replace(row, word, row == A32.STREXD ? 0 : 12, random.nextInt(7) * 2);
        }
        boolean mayBePc = FLAGS.contains(row) || ACCESS.contains(row) && row != A32.SWP;
        for (int shift = 0; shift <= 16; shift += 4) {
            if ((word >>> shift & 15) == 15 && !(mayBePc && random.nextInt(8) == 0)) {
                int other = row.canonical(word & ~(15 << shift) | random.nextInt(15) << shift);
                if (A32.decode(other) == row) {
                    word = other;
                }
            }
        }
        return word;
    }

    // LDREX and STREX (A8.8.75 to A8.8.78, A8.8.212 to A8.8.215): size in 22:21, 0 word, 1 doubleword, 2 byte, 3
    // halfword.
    private static final int LDREX = 0x01900f9f;
    private static final int STREX = 0x01800f90;
    private static final int DOUBLE = 1;

    /** An exclusive load, perhaps something else, and a store that mostly belongs to it. */
    private void exclusives(int condition) {
        int size = random.nextInt(4);
        int even = size == DOUBLE ? ~1 : ~0;
        int n = POINTER[random.nextInt(POINTER.length)];
        if (random.nextInt(3) > 0) {
            put(0x03c00007 | n << 16 | n << 12, condition); // bic rn, rn, #7
        }
        int t = random.nextInt(12) & even;
        put(LDREX | size << 21 | n << 16 | t << 12, condition);
        if (random.nextInt(3) == 0) {
            put(instruction(1), condition);
        }
        int stored = random.nextInt(12) & even;
        int d;
        do {
            d = random.nextInt(13);
        } while (d == n || d == stored || d == (stored | ~even));
        int storedSize = random.nextInt(8) == 0 ? random.nextInt(4) & even : size;
        put(STREX | storedSize << 21 | n << 16 | d << 12 | stored, condition);
    }
}
