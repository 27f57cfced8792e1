package swivel.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import swivel.arm.T32;
import swivel.memory.GuestMemory;

/**
 * Random programs of T32 for {@link BlockFuzz}, with IT blocks, VFP, NEON, and calls of programs of either instruction
 * set.
 */
final class T32FuzzPrograms {
    private static final int MAX_HALVES = 2 * FuzzPrograms.MAX_WORDS;

    private static final List<T32> COMPUTE = new ArrayList<>();
    private static final List<T32> ACCESS = new ArrayList<>();
    private static final List<T32> FLAGS = new ArrayList<>();
    /** Rows that mostly trap, jump anywhere or abort, or that the interpreter executes. */
    private static final Set<T32> RARE = EnumSet.noneOf(T32.class);

    private static final int RARITY = 12;

    /** The first byte of loads and stores of elements. */
    private static final int ELEMENTS = 0xf9000000;

    /** Registers that a state has addresses in ({@link FuzzPrograms#POINTERS}): one that 3 bits can name, and all. */
    private static final int LOW_POINTER = 7;

    private static final int[] POINTER = {7, 8, 9, 10, UserState.SP};
    private static final int[] INDEX = {11, 12};
    private static final int KEPT = FuzzPrograms.POINTERS | FuzzPrograms.INDEXES;

    static {
        for (T32 row : T32.values()) {
            String name = row.name();
            if (row.isSensitive()
                    || name.matches(
                            "(UNDEFINED|NEON|VFP|VM|CDP|MCR|MRC|MRRC|LDC|STC|BKPT|UDF|HVC|SMC|TB|BX|BLX|HINT).*")
                    || name.matches(
                            "(ADD_8|ADD_16|ASX|SUB_8|SUB_16|SAX).*|.*(SAT|SEL|QD?ADD|QD?SUB|XTAB16|SAD|ML[AS]L?D|MML).*")
                    || name.matches("(LD|ST).*(REG_T1|EX|LIT).*")) {
                RARE.add(row);
            }
            boolean branch = name.matches("(B|BL|CBZ|IT|SVC|SETEND|BLX_IMM)_.*|UNDEFINED");
            if (name.matches("(LD|ST|PUSH|POP).*") && row != T32.LDC && row != T32.STC) {
                ACCESS.add(row);
            } else if (name.matches("(CMP|CMN|TST|TEQ|ADD|SUB|ADC|SBC|RSB|AND|MOV|ORR|LSL|ASR)_.*")) {
                FLAGS.add(row);
                COMPUTE.add(row);
            } else if (!branch) {
                COMPUTE.add(row);
            }
        }
        COMPUTE.addAll(Collections.nCopies(FuzzPrograms.NEON_SHARE, T32.NEON_DATA));
    }

    private final SplittableRandom random;
    private final VfpFuzzWords vfp;
    private final int[] halves = new int[MAX_HALVES];
    private int length;
    private int at;
    private boolean floating;

    T32FuzzPrograms(SplittableRandom random, VfpFuzzWords vfp) {
        this.random = random;
        this.vfp = vfp;
    }

    /**
     * Makes a program, and says how many words it has.
     *
     * @param address where it will be
     * @param others places of other programs, which it may call
     * @param words where to
     */
    int next(int address, List<Integer> others, int[] words) {
        at = address;
        length = 0;
        int body = 8 + random.nextInt(48);
        int end = body + random.nextInt(16);
        boolean conditional = random.nextInt(3) == 0;
        boolean called = false;
        floating = random.nextInt(3) == 0;
        while (length < end) {
            if (length >= body && !called) {
                put(0xdf00);
                called = true;
            } else if (random.nextInt(conditional ? 4 : 12) == 0) {
                itBlock();
            } else if (random.nextInt(40) == 0) {
                exclusives();
            } else if (floating && random.nextInt(20) == 0) {
                setModes();
            } else if (floating && random.nextBoolean()) {
                put(floating());
            } else if (!others.isEmpty() && random.nextInt(60) == 0) {
                call(others.get(random.nextInt(others.size())));
            } else {
                put(instruction(end - length));
            }
        }
        if (random.nextBoolean()) {
            put(0x4770); // bx lr
        }
        put(0xdf01);
        put(0xdf02);
        if ((length & 1) != 0) {
            put(T32Words.NOP);
        }
        for (int i = 0; i < length; i += 2) {
            words[i / 2] = halves[i] | halves[i + 1] << 16;
        }
        return length / 2;
    }

    private void put(int word) {
        if (T32.lengthOf(word) == 4) {
            halves[length++] = word >>> 16;
        }
        halves[length++] = word & 0xffff;
    }

    /** An instruction of VFP or NEON. */
    private int floating() {
        return switch (random.nextInt(12)) {
            case 0 -> VfpFuzzWords.FLAGS;
            case 1, 2, 3 -> vfp.transfer(POINTER[random.nextInt(POINTER.length)]);
            case 4, 5 -> vfp.move(KEPT);
            case 6, 7, 8 -> RandomWords.t32(RandomWords.neonData(random));
            default -> vfp.compute();
        };
    }

    private void setModes() {
        int t = random.nextInt(7);
        if (random.nextInt(4) > 0) {
            put(0xf420_105c | t << 16 | t << 8); // bic rt, rt, #0x370000: no vectors
        }
        put(VfpFuzzWords.SET_STATUS | t << 12);
    }

    /** An IT block; its last instruction may be a branch. */
    private void itBlock() {
        int condition = random.nextInt(14);
        int mask = random.nextInt(1, 16);
        put(0xbf00 | condition << 4 | mask);
        for (int left = 4 - Integer.numberOfTrailingZeros(mask); left > 0; left--) {
            if (left == 1 && random.nextInt(6) == 0) {
                put(random.nextBoolean() ? 0xe000 | random.nextInt(8) : 0x4770);
            } else if (floating && random.nextBoolean()) {
                put(floating());
            } else {
                put(random.nextInt(3) == 0 ? access() : compute(random.nextBoolean() ? FLAGS : COMPUTE));
            }
        }
    }

    private void call(int place) {
        int pc = at + 2 * length + 4;
        boolean thumb = (place & 1) != 0;
        int distance = thumb ? (place & ~1) - pc : place - (pc & ~3);
        int sign = distance >>> 31;
        int j1 = (~(distance >>> 23) ^ sign) & 1;
        int j2 = (~(distance >>> 22) ^ sign) & 1;
        int first = 0xf000 | sign << 10 | distance >>> 12 & 0x3ff;
        put(first << 16 | (thumb ? 0xd000 : 0xc000) | j1 << 13 | j2 << 11 | distance >>> 1 & 0x7ff);
    }

    /** An instruction that jumps over less than {@code left} halfwords. */
    private int instruction(int left) {
        boolean atEndOfPage = (at + 2 * length & GuestMemory.PAGE_SIZE - 1) == GuestMemory.PAGE_SIZE - 2;
        int kind = random.nextInt(100);
        if (atEndOfPage && kind < 60) {
            int word;
            do {
                word = access();
            } while (T32.lengthOf(word) == 2);
            return word;
        }
        if (kind < 35) {
            return compute(COMPUTE);
        }
        if (kind < 62) {
            return compute(FLAGS);
        }
        if (kind < 86) {
            return access();
        }
        int forward = random.nextInt(Math.min(left, 20));
        int condition = random.nextInt(14);
        return switch (random.nextInt(6)) {
            case 0 -> 0xe000 | forward - random.nextInt(2) & 0x7ff;
            case 1, 2 -> 0xd000 | condition << 8 | forward - random.nextInt(2) & 0xff;
            case 3 -> 0xb100 | random.nextInt(2) << 11 | forward << 3 | random.nextInt(8);
            case 4 -> 0xf0008000 | condition << 22 | forward;
            default -> 0xf000f800 | forward;
        };
    }

    private int compute(List<T32> rows) {
        T32 row = pick(rows);
        int word = fill(row);
        for (char letter : new char[] {'d', 'a'}) {
            if (isKept(row, word, letter) && random.nextInt(8) > 0) {
                word = replace(row, word, letter, random.nextInt(7));
            }
        }
        return word;
    }

    private static boolean isKept(T32 row, int word, char letter) {
        int register = T32Pattern.get(row, word, letter);
        return register >= 0 && (KEPT >>> register & 1) != 0;
    }

    private T32 pick(List<T32> rows) {
        T32 row;
        do {
            row = rows.get(random.nextInt(rows.size()));
        } while (RARE.contains(row) && random.nextInt(RARITY) > 0);
        return row;
    }

    /** A load or store, mostly from a base that is an address, with a small offset or register list. */
    private int access() {
        if (random.nextInt(FuzzPrograms.ELEMENT_ACCESSES) == 0) {
            return FuzzPrograms.elementAccess(random) & 0x00ff_ffff | ELEMENTS;
        }
        T32 row = pick(ACCESS);
        int word = fill(row);
        if (random.nextInt(10) > 0) {
            int pointer = T32Pattern.bits(row, 'n') == 3 ? LOW_POINTER : POINTER[random.nextInt(POINTER.length)];
            word = replace(row, word, 'n', pointer);
            if (T32Pattern.bits(row, 'm') == 4) {
                word = replace(row, word, 'm', INDEX[random.nextInt(INDEX.length)]);
            }
        }
        if (T32Pattern.bits(row, 'l') > 0) {
            int list = random.nextBoolean() ? word & ~(random.nextInt() & 0xff) : word;
            int kept = row.pattern().length() == 16 ? 1 << LOW_POINTER : KEPT;
            return (random.nextInt(4) > 0 ? list & ~kept : list)
                    & (row.pattern().length() == 32 ? ~0x8000 : -1);
        }
        for (char letter : new char[] {'t', 'u'}) {
            if (isKept(row, word, letter) && random.nextInt(8) > 0) {
                word = replace(row, word, letter, random.nextInt(7));
            }
        }
        boolean far = T32Pattern.bits(row, 'i') == 12;
        return far && random.nextInt(4) > 0 ? word & ~0xf80 : word;
    }

    /** Replaces a field, if the word stays of its row. */
    private static int replace(T32 row, int word, char letter, int value) {
        int other = T32Pattern.with(row, word, letter, value);
        return T32.decode(other) == row ? other : word;
    }

    private static final char[] REGISTERS = {'d', 'n', 'm', 't', 'a', 'u'};

    /** A word of a row; r15 only now and then, and only where it is not UNPREDICTABLE. */
    private int fill(T32 row) {
        if (row == T32.NEON_DATA) {
            return RandomWords.t32(RandomWords.neonData(random));
        }
        int word = T32Words.random(random, row);
        boolean mayBePc =
                row == T32.MOV_REG_T1 || row == T32.ADD_REG_T2 || row.name().startsWith("LDR_");
        for (char letter : REGISTERS) {
            boolean isPc = T32Pattern.get(row, word, letter) == 15;
            if (isPc && !(mayBePc && random.nextInt(8) == 0)) {
                word = replace(row, word, letter, random.nextInt(15));
            }
        }
        return word;
    }

    /**
     * An exclusive load, perhaps something else, and a store that mostly belongs to it: word, byte, halfword,
     * doubleword.
     */
    private void exclusives() {
        int size = random.nextInt(4);
        int n = POINTER[random.nextInt(POINTER.length - 1)];
        if (random.nextInt(3) > 0) {
            put(0xf0200007 | n << 16 | n << 8); // bic rn, rn, #7
        }
        int t = random.nextInt(6);
        put(load(size) | n << 16 | t << 12 | (size == 3 ? t + 1 << 8 : 0));
        if (random.nextInt(3) == 0) {
            put(compute(FLAGS));
        }
        int stored = random.nextInt(6);
        int d = 12;
        int storedSize = random.nextInt(8) == 0 ? random.nextInt(4) : size;
        put(store(storedSize, d) | n << 16 | stored << 12 | (storedSize == 3 ? stored + 1 << 8 : 0));
    }

    private static int load(int size) {
        return switch (size) {
            case 0 -> 0xe8500f00;
            case 1 -> 0xe8d00f4f;
            case 2 -> 0xe8d00f5f;
            default -> 0xe8d0007f;
        };
    }

    private static int store(int size, int d) {
        return switch (size) {
            case 0 -> 0xe8400000 | d << 8;
            case 1 -> 0xe8c00f40 | d;
            case 2 -> 0xe8c00f50 | d;
            default -> 0xe8c00070 | d;
        };
    }
}
