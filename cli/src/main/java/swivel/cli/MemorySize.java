package swivel.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.memory.GuestMemory;

/** Reads the size of RAM: {@code 256M}, {@code 1G}, {@code 65536K}; a number alone counts MiB, as in QEMU. */
final class MemorySize implements ITypeConverter<Long> {
    private static final Pattern SYNTAX =
            Pattern.compile("([0-9]{1,12})(?:([KMG])(?:i?B)?)?", Pattern.CASE_INSENSITIVE);
    private static final long MIN = 1 << 20;

    @Override
    public Long convert(String text) {
        long size = parse(text);
        if (size > GuestMemory.MAX_SIZE) {
            throw new TypeConversionException(
                    text + " of memory is too much; a guest can have up to " + (GuestMemory.MAX_SIZE >> 30) + "G");
        }
        if (size < MIN) {
            throw new TypeConversionException(
                    text + " of memory is too little; a guest needs at least " + (MIN >> 20) + "M");
        }
        return size & -GuestMemory.PAGE_SIZE;
    }

    /** The bytes that a text with a unit says. */
    static long parse(String text) {
        Matcher match = SYNTAX.matcher(text.trim());
        if (!match.matches()) {
            throw new TypeConversionException("'" + text + "' is no size of memory; write it as 256M or 1G");
        }
        String unit = match.group(2) == null ? "M" : match.group(2);
        int shift = switch (unit.charAt(0)) {
            case 'K', 'k' -> 10;
            case 'M', 'm' -> 20;
            default -> 30;
        };
        long number = Long.parseLong(match.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException(text + " of memory is more than any computer has");
        }
        return number << shift;
    }
}
