package swivel.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;

/**
 * {@code --cpu}: a core and what it has of the options that QEMU spells the same.
 *
 * @param floatingPoint what there is of VFP
 */
record Cpu(CoreModel core, FloatingPointUnit floatingPoint) {
    /** Of {@code CORE[,vfp=on|off][,neon=off]}. */
    static final class Converter implements ITypeConverter<Cpu> {
        @Override
        public Cpu convert(String value) {
            String[] parts = value.split(",", -1);
            CoreModel core = new SpelledEnum<>(CoreModel.class).convert(parts[0]);
            FloatingPointUnit unit = FloatingPointUnit.NONE;
            for (int i = 1; i < parts.length; i++) {
                switch (parts[i]) {
                    case "vfp=on" -> unit = core.floatingPoint().withoutSimd();
                    case "vfp=off" -> unit = FloatingPointUnit.NONE;
                    case "neon=off" -> {}
                    case "neon=on" -> throw new TypeConversionException("there is no NEON yet");
                    default ->
                        throw new TypeConversionException(
                                "'%s' is none of vfp=on, vfp=off, neon=off".formatted(parts[i]));
                }
            }
            return new Cpu(core, unit);
        }
    }
}
