import './main.css';
import './speechPanel';
