package swivel.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Values of an option that has a few fixed ones, spelled as in the help, in lower case and with hyphens; any case is
 * taken.
 */
record SpelledEnum<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {
    @Override
    public E convert(String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelling(constant).equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is none of %s".formatted(value, values())));
    }

    private String values() {
        return Arrays.stream(type.getEnumConstants()).map(SpelledEnum::spelling).collect(Collectors.joining(", "));
    }

    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
