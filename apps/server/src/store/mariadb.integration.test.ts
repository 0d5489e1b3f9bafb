import { mariadbRecipe } from './testing/mariadb-server.ts'
import { serverTests } from './testing/server-tests.ts'

serverTests('MariaDB', mariadbRecipe())
