package swivel.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.cpu.Engine;
import swivel.memory.GuestMemory;

/** Sizes of memory: {@code 256M}, {@code 1G}, {@code 65536K}; a number alone counts MiB, as in QEMU. Others are refused with a reason. */
final class MemorySize {
    private MemorySize() {}

    private static final Pattern SYNTAX =
            Pattern.compile("([0-9]{1,12})(?:([KMG])(?:i?B)?)?", Pattern.CASE_INSENSITIVE);
    private static final long MIN = 1 << 20;

    /** Bytes of RAM of a guest, whole pages. */
    static long ofRam(String text) {
        long size = parse(text);
        if (size > GuestMemory.MAX_SIZE) {
            throw new IllegalArgumentException(
                    text + " of memory is too much; a guest can have up to " + (GuestMemory.MAX_SIZE >> 30) + "G");
        }
        if (size < MIN) {
            throw new IllegalArgumentException(
                    text + " of memory is too little; a guest needs at least " + (MIN >> 20) + "M");
        }
        return size & -GuestMemory.PAGE_SIZE;
    }

    /** Bytes of a code cache. */
    static long ofCode(String text) {
        long size = parse(text);
        if (size < Engine.MIN_CODE_BYTES || size > Engine.MAX_CODE_BYTES) {
            throw new IllegalArgumentException(text + " is no size for a code cache; it can have from "
                    + (Engine.MIN_CODE_BYTES >> 20) + "M to " + (Engine.MAX_CODE_BYTES >> 30) + "G");
        }
        return size;
    }

    private static long parse(String text) {
        Matcher match = SYNTAX.matcher(text.trim());
        if (!match.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size of memory; write it as 256M or 1G");
        }
        String unit = match.group(2) == null ? "M" : match.group(2);
        int shift = switch (unit.charAt(0)) {
            case 'K', 'k' -> 10;
            case 'M', 'm' -> 20;
            default -> 30;
        };
        return Long.parseLong(match.group(1)) << shift;
    }
}
