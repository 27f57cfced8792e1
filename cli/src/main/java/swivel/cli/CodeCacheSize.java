package swivel.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.cpu.engine.Engine;

/** Reads the size of the memory for machine code, as {@link MemorySize} does. */
final class CodeCacheSize implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        long size = MemorySize.parse(text);
        if (size < Engine.MIN_CODE_BYTES || size > Engine.MAX_CODE_BYTES) {
            throw new TypeConversionException(text + " is no size for a code cache; it can have from "
                    + (Engine.MIN_CODE_BYTES >> 20) + "M to " + (Engine.MAX_CODE_BYTES >> 30) + "G");
        }
        return size;
    }
}
