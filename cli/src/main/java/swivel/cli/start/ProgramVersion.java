package swivel.cli.start;

import java.io.IOException;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/** Tells builds of the program apart, which its version number does not while it is developed. */
final class ProgramVersion {
    private ProgramVersion() {}

    /** A number made of the content of modules; 0 if they are not in files of their own (tests, a development tool). */
    static long ofModules(String... names) {
        ModuleLayer layer = ProgramVersion.class.getModule().getLayer();
        if (layer == null) {
            return 0;
        }
        long version = 1;
        for (String name : names) {
            Optional<URI> place = layer.configuration()
                    .findModule(name)
                    .map(ResolvedModule::reference)
                    .flatMap(ModuleReference::location);
            if (place.isEmpty() || !place.get().getPath().endsWith(".jar")) {
                return 0;
            }
            try {
                CRC32 crc = new CRC32();
                crc.update(Files.readAllBytes(Path.of(place.get())));
                version = version * 31 + crc.getValue();
            } catch (IOException _) {
                return 0;
            }
        }
        return version;
    }
}
